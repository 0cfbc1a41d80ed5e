#!/bin/sh
# Biome, then the type checker; both run in any case. Fails when one of them finds anything.
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/setup/lib.sh

colors=off
[ ! -t 1 ] || colors=force

status=0
node_modules/.bin/biome ci --colors="$colors" . || { say "Biome found something: 'make format' mends most of it"; status=1; }
node_modules/.bin/tsc -p . || { say 'the types do not check'; status=1; }
exit "$status"
