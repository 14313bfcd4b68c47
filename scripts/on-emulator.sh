# Sourced by with-moto.sh and with-ministack.sh, which install and start an emulator: the port for it, and what follows its start.

if [[ $# -eq 0 ]]; then
  echo "usage: $0 COMMAND..." >&2
  exit 2
fi

# Prints a free port of this machine. It takes the Python that runs the emulator.
free_port() {
  "$1" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Ends the emulator, keeps its log in EMULATOR_LOG where the command has failed, and removes its data.
finish() {
  local status=$?
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  if [[ $status -ne 0 && -n ${EMULATOR_LOG:-} ]]; then cp "$log" "$EMULATOR_LOG"; fi
  rm -rf "$data"
  exit "$status"
}

# run_on NAME HEALTH_PATH COMMAND...: waits for the emulator on $port, whose process is $server, whose log is $log and whose
# folder is $data, runs the command with its address in AWS_ENDPOINT_URL and its name in EMULATOR, and ends it.
run_on() {
  local name=$1 health=$2
  shift 2
  trap finish EXIT
  trap 'exit 130' INT TERM
  for _ in $(seq 120); do
    if curl --silent --fail --max-time 2 "http://127.0.0.1:$port$health" >/dev/null 2>&1; then
      EMULATOR=$name AWS_ENDPOINT_URL="http://127.0.0.1:$port" "$@"
      exit
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  echo "$name did not start:" >&2
  tail -n 20 "$log" >&2
  exit 1
}
