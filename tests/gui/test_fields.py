import pytest

from linviz.gui.fields import cell_name


@pytest.mark.parametrize(
    ("field", "index", "name"),
    [
        ("x", (3, 1), "x[3, 1]"),
        ("weight_grad", (0, 2), "∂L/∂W[0, 2]"),
        ("residual", (9, 0), "(ŷ − y)[9, 0]"),
        ("bias", (1,), "b[1]"),
        ("loss", (), "L"),
        ("learning_rate", (), "η"),
    ],
)
def test_a_cell_has_one_name_with_and_without_spaces(field: str, index: tuple[int, ...], name: str) -> None:
    assert cell_name(field, index) == name
    assert cell_name(field, index, compact=True) == name.replace(", ", ",")
