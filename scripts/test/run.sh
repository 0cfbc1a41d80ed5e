#!/bin/sh
# run.sh [VITEST ARGUMENTS]: lint, types and tests. The last line is the runner's own count: N passed, N failed[, N skipped].
set -u
cd "$(dirname "$0")/../.." || exit 1
. scripts/setup/lib.sh

mkdir -p dist
report=dist/test-report.$$.json # a run of its own, should two go on at once
trap 'rm -f "$report"' EXIT

lint=0
scripts/test/lint.sh || lint=1

color=--color
[ -t 1 ] || color=--no-color

tests=0
FORKSCOPE_TEST_REPORT=$report \
  node_modules/.bin/vitest run "$color" --reporter=default --reporter=./scripts/test/reporter.ts "$@" </dev/null || tests=1

[ -f "$report" ] || die 'the test runner ended without a report'
[ "$lint" -eq 0 ] || say 'failed: lint or types, see above'
node scripts/test/closing-line.mjs "$report" || tests=1
[ "$lint" -eq 0 ] && [ "$tests" -eq 0 ]
