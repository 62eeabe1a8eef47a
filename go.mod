module github.com/herald-bgp/herald

go 1.26
