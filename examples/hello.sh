#!/bin/sh
# A helper program: what it writes to its standard output are commands, what it reads
# from its standard input are answers ("done") and events.

echo 'announce route 198.51.100.0/24 next-hop self community 65001:1'
echo 'announce route 198.51.100.128/25 next-hop self med 10'

while read -r line; do
	echo "$line" >&2
done
