#!/usr/bin/env bash
# Runs a command against MiniStack, an AWS emulator that needs no Docker: installs it once into .sluice/, starts it on a
# free port of this machine, gives the command its address in AWS_ENDPOINT_URL, and ends it.
#   scripts/with-ministack.sh npm run test:localstack
set -euo pipefail

version=1.5.33
boto3=1.43.106 # The CDK's custom resources are Python and expect it, as Lambda's own runtime has it.
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.sluice/ministack-$version
. "$root/scripts/on-emulator.sh"

if [[ ! -e $home/installed ]]; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "ministack==$version" "boto3==$boto3"
  touch "$home/installed"
fi

port=$(free_port "$home/bin/python")
data=$(mktemp -d)
log=$data/ministack.log

# Functions run on the first node of PATH, which must be the project's own; nothing of the caller's AWS account leaks in.
(
  for name in $(compgen -e | grep -E '^(AWS_|LLM_)' || true); do unset "$name"; done
  export PATH="$root/node_modules/.bin:$home/bin:$PATH"
  export GATEWAY_PORT=$port BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 TMPDIR=$data STATE_DIR=$data/state S3_DATA_DIR=$data/s3
  exec "$home/bin/ministack"
) >"$log" 2>&1 &
server=$!

run_on MiniStack /_localstack/health "$@"
