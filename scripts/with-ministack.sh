#!/usr/bin/env bash
# Runs a command against MiniStack, an AWS emulator that needs no Docker: installs it once into .sluice/, starts it on a
# free port of this machine, gives the command its address in AWS_ENDPOINT_URL, and ends it.
#   scripts/with-ministack.sh npm run test:localstack
set -euo pipefail

version=1.5.33
boto3=1.43.106 # The CDK's custom resources are Python and expect it, as Lambda's own runtime has it.
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.sluice/ministack-$version

if [[ $# -eq 0 ]]; then
  echo "usage: $0 COMMAND..." >&2
  exit 2
fi
if [[ ! -e $home/installed ]]; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "ministack==$version" "boto3==$boto3"
  touch "$home/installed"
fi

port=$("$home/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
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

finish() {
  local status=$?
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  if [[ $status -ne 0 && -n ${MINISTACK_LOG:-} ]]; then cp "$log" "$MINISTACK_LOG"; fi
  rm -rf "$data"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

for _ in $(seq 120); do
  if curl --silent --fail --max-time 2 "http://127.0.0.1:$port/_localstack/health" >/dev/null 2>&1; then
    AWS_ENDPOINT_URL="http://127.0.0.1:$port" "$@"
    exit
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
echo "MiniStack did not start:" >&2
tail -n 20 "$log" >&2
exit 1
