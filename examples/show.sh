#!/bin/sh
# A helper program that has nothing to say, and shows what it hears.
while read -r line; do
	echo "$line" >&2
done
