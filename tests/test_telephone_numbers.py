import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import telephone_numbers

ten_digits = st.from_regex(r"[2-9][0-9]{9}", fullmatch=True)


@given(
    ten_digits,
    st.sampled_from(
        [
            "{a}{b}{c}",
            "+1{a}{b}{c}",
            "1{a}{b}{c}",
            "({a}) {b}-{c}",
            "+1 ({a}) {b}-{c}",
            "{a}.{b}.{c}",
            "1-{a}-{b}-{c}",
            " {a} {b} {c} ",
            "{a}\u2013{b}\u2013{c}",
            "{a}/{b}/{c}",
        ]
    ),
)
def test_a_number_is_read_in_every_usual_notation(digits, notation):
    assert telephone_numbers.parse(notation.format(a=digits[:3], b=digits[3:6], c=digits[6:])) == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "201855102",
        "20185510201",
        "+442018551020",
        "1018551020",
        "0018551020",
        "2018551020x",
        "tel:2018551020",
        "\uff12018551020",
        "\u0662018551020",
        "2018551020" + " " * 40,
        "++12018551020",
        "2018551020\n2018551020",
    ],
)
def test_what_is_no_number_is_refused_with_what_to_do(text):
    with pytest.raises(ValueError, match="give ten digits"):
        telephone_numbers.parse(text)


@given(st.text(max_size=60))
def test_any_text_is_ten_digits_or_a_value_error(text):
    try:
        digits = telephone_numbers.parse(text)
    except ValueError:
        return
    assert len(digits) == 10
    assert digits.isascii()
    assert digits.isdecimal()


@given(ten_digits)
def test_e164_reads_back(digits):
    assert telephone_numbers.parse(telephone_numbers.e164(digits)) == digits


@pytest.mark.parametrize(
    "values",
    [
        ["12015550100"],
        ["1015550100"],
        ["2015550100", "0015550100"],
        ["2015550100", "201555010"],
        ["20155501002015550101"],
        ["2015550100", ""],
        ["201555010\u0660"],
        ["201-555010"],
        ["2015550100 2015550101"],
        [2015550100],
        [["2"] * 10],
        ["2015550100", None],
    ],
)
def test_what_is_not_all_bare_numbers_is_looked_at_one_by_one(values):
    assert not telephone_numbers.are_bare(values)


def test_bare_numbers_are_known_all_at_once():
    assert telephone_numbers.are_bare(["2015550100", "9995550100"])
    assert not telephone_numbers.are_bare([])
