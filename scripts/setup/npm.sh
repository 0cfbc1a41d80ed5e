#!/bin/sh
# Install the npm packages of package-lock.json, when it differs from the one last installed.
set -eu
cd "$(dirname "$0")/../.."
. scripts/setup/lib.sh

stamp=node_modules/.forkscope-lock.json
if cmp -s package-lock.json "$stamp"; then
  exit 0
fi

command -v node >/dev/null || die 'Node.js 20 or later is needed: node is not in PATH'
command -v npm >/dev/null || die 'npm is needed (it comes with Node.js): npm is not in PATH'
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || die "Node.js 20 or later is needed: found $(node --version)"

say 'installing npm packages'
quietly npm ci --include=dev --no-audit --no-fund || die 'could not install npm packages'
cp package-lock.json "$stamp"
