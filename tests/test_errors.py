import pytest

from linviz.errors import InputError, sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("choose which columns are x", "Choose which columns are x."),
        ("a run needs a limit", "A run needs a limit."),
        ("x needs a column", "x needs a column."),
        ("data.csv is empty", "data.csv is empty."),
        ("W* is empty", "W* is empty."),
        ("", ""),
    ],
)
def test_an_errors_words_make_a_sentence_that_changes_no_name(words: str, said: str) -> None:
    assert sentence(InputError(words)) == said
