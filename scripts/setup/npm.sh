#!/bin/sh
# Install the npm packages of package-lock.json, when it differs from the one last installed.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

stamp=node_modules/.forkscope-lock.json
is_installed() { cmp -s package-lock.json "$stamp"; }
! is_installed || exit 0
alone
! is_installed || exit 0

command -v node >/dev/null || die 'Node.js 20.19 or later is needed: node is not in PATH'
command -v npm >/dev/null || die 'npm is needed (it comes with Node.js): npm is not in PATH'
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
  die "Node.js 20.19 or later is needed: found $(node --version)"

say 'installing npm packages'
rm -f "$stamp" # until all is there again
patiently quietly npm ci --include=dev --no-audit --no-fund || die 'could not install npm packages'
cp package-lock.json "$stamp"
