import json
from collections import Counter
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from index.training.alignment import translations
from index.training.reader.pruning import SPECIAL, counts, prune, read_lexicon, save_lexicon, unlimited

PIECES = [*SPECIAL, "▁le", "▁phare", "▁the", "▁light", "house", "▁Haus", "▁дом", "ß", "▁Brest", "▁Kiel", "e", "▁"]


@pytest.fixture
def whole(tmp_path: Path) -> Tokenizer:
    vocabulary = [(piece, 0.0 if piece in SPECIAL else -1.0 - n / 10) for n, piece in enumerate(PIECES)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return unlimited(tmp_path / "tokenizer.json")


def test_what_the_text_uses_stays_and_then_the_likeliest_latin_pieces(whole: Tokenizer) -> None:
    texts = ["le phare", "the lighthouse"]
    used = counts(whole, texts)
    assert used == Counter({PIECES.index(piece): 1 for piece in ("▁le", "▁phare", "▁the", "▁light", "house")})
    small, kept = prune(whole, used, size=13)
    stay = [PIECES[old] for old in kept]
    assert stay == [piece for piece in PIECES if piece not in ("▁дом", "▁Brest", "▁Kiel")]
    assert small.get_vocab_size() == len(kept)
    for text in texts:
        before, after = (tokenizer.encode(text, add_special_tokens=False) for tokenizer in (whole, small))
        assert after.tokens == before.tokens
        assert [kept[number] for number in after.ids] == before.ids


def test_a_pair_of_texts_has_two_types(whole: Tokenizer) -> None:
    small, _ = prune(whole, counts(whole, ["le phare"]), size=12)
    pair = small.encode("le phare", "le")
    assert pair.tokens == ["<s>", "▁le", "▁phare", "</s>", "▁le", "</s>"]
    assert pair.type_ids == [0, 0, 0, 0, 1, 1]
    assert json.loads(small.to_str())["model"]["unk_id"] == small.token_to_id("<unk>")


def test_the_lexicon_is_read_as_it_was_written(tmp_path: Path) -> None:
    french, english = (["le", "phare"], ["le", "port"]), (["the", "lighthouse"], ["the", "port"])
    table = translations(french * 5, english * 5)
    save_lexicon(table, tmp_path / "lexicon.tsv.gz")
    found = {(french, english): forth for french, english, forth, _ in read_lexicon(tmp_path / "lexicon.tsv.gz")}
    assert found["phare", "lighthouse"] > 0.4
    assert len(found) == len(table.left)
