import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from index.training.reader.start import start
from index.training.reader.vocabulary import SPECIAL, learn, split, words

FRENCH = ["Le cœur du phare bat l’été.", "Le phare est allumé."] * 10
ENGLISH = ["The heart of the lighthouse beats in summer.", "The lighthouse is lit."] * 10


def teacher() -> Tokenizer:
    pieces = [
        *SPECIAL,
        "the",
        "heart",
        "of",
        "light",
        "##house",
        "beats",
        "in",
        "summer",
        "is",
        "lit",
        ".",
        "unused",
        "e",
    ]
    made = Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def test_pieces_of_both_languages_are_kept_and_unused_ones_go() -> None:
    learned = learn(FRENCH, ENGLISH, teacher())
    pieces = learned.get_vocab()
    assert {"heart", "light", "##house", "phare", "coeur", "e"} <= set(pieces)
    assert "unused" not in pieces
    assert [pieces[name] for name in SPECIAL] == list(range(len(SPECIAL)))
    assert learned.encode("Phare", "l’été").tokens == ["[CLS]", "phare", "[SEP]", "l", "'", "ete", "[SEP]"]
    assert list(split(learned, ["the lighthouse", "été"])) == [["the", "light", "##house"], ["ete"]]
    assert words(learned, "Le cœur, l’été !") == ["le", "coeur", "l", "ete"]


def test_a_french_piece_starts_as_its_translation() -> None:
    english = teacher()
    learned = learn(FRENCH, ENGLISH, english)
    taught = np.random.default_rng(0).normal(size=(english.get_vocab_size(), 16)).astype(np.float32)
    pairs = [("phare", "heart"), ("phare le", "heart the"), ("le", "the")] * 5
    first = start(learned, english, taught, pairs)
    pieces, known = learned.get_vocab(), english.get_vocab()
    assert first.shape == (len(pieces), 16)
    np.testing.assert_allclose(first[pieces["lit"]], taught[known["lit"]])
    cosine = first[pieces["phare"]] @ taught[known["heart"]]
    assert cosine / np.linalg.norm(first[pieces["phare"]]) / np.linalg.norm(taught[known["heart"]]) > 0.9
