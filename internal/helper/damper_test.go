package helper

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestDamper: a helper that writes without end to its standard error does not fill the
// log, which says how much it lacks.
func TestDamper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log logged
		logger := slog.New(slog.NewTextHandler(&log, nil))
		logLines(strings.NewReader(strings.Repeat("x\n", 100_000)), logger)
		if got := strings.Count(log.String(), "line=x"); got != damperBurst {
			t.Errorf("%d lines are logged", got)
		}
		const begins = "left out\" what=\"lines of standard error\" within=10s"
		if got := strings.Count(log.String(), begins); got != 1 {
			t.Errorf("the log has %s %d times", begins, got)
		}
		var d Damper
		for i := range 2 * damperBurst {
			if got := d.Pass(logger, "words"); got != (i < damperBurst) {
				t.Errorf("record %d: %t", i, got)
			}
		}
		time.Sleep(damperPeriod)
		if !d.Pass(logger, "words") {
			t.Error("quiet for ever")
		}
		if want := "what=words left_out=500"; !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s", want)
		}
	})
}
