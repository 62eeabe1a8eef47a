package functional

import "testing"

func TestDifference(t *testing.T) {
	for _, tt := range []struct{ want, got, diff string }{
		{`{"a": [1, {"b": null}], "c": true}`, `{"c": true, "a": [1.0, {"b": null}]}`, ""},
		{`{"a": 1}`, `{"a": "1"}`, `a: got "1", want 1`},
		{`{"a": {"b": 1}}`, `{"a": {}}`, `a.b: missing, want 1`},
		{`{}`, `{"x": 1}`, `x: got 1, want no such key`},
		{`{"a": [1, 2]}`, `{"a": [1]}`, `a: got 1 elements, want 2`},
		{`{"a": [1, 2]}`, `{"a": [1, 3]}`, `a[1]: got 3, want 2`},
		{`{"a": 18446744073709551615}`, `{"a": 18446744073709551614}`, `a: got 18446744073709551614, want 18446744073709551615`},
	} {
		want, err := parseJSON(tt.want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseJSON(tt.got)
		if err != nil {
			t.Fatal(err)
		}
		if d := difference(want, got); d != tt.diff {
			t.Errorf("%s, %s: got %q, want %q", tt.want, tt.got, d, tt.diff)
		}
	}
}

func TestParseJSONOneValue(t *testing.T) {
	for _, text := range []string{"", "[]", "{} {}", "{"} {
		if _, err := parseJSON(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestCompareJSON(t *testing.T) {
	const want = `{"exabgp":"6.0.0","a":{"pid":1,"b":2}}`
	if err := compareJSON(want, `{"exabgp":"4.0.1","time":1.5,"a":{"b":2}}`, "4.0.1"); err != nil {
		t.Error(err)
	}
	if err := compareJSON(want, `{"exabgp":"6.0.0","a":{"b":2}}`, "4.0.1"); err == nil {
		t.Error("the wrong version was taken")
	}
}
