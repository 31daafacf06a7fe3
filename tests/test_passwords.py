"""R22: weak hashes are refused, and what is accepted really is the password's."""

import base64
import hashlib
import os

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from werkzeug.security import generate_password_hash

from scc.passwords import hash_password, is_bare_sha256, problem_with, verify

PASSWORD = "Segelschiff – 帆船 – ⛵"
SALT = "a" * 16


def argon2id(memory: int = 19456, passes: int = 2, lanes: int = 1) -> str:
    """As `argon2 … -id -e` prints it."""
    kdf = Argon2id(
        salt=os.urandom(16), length=32, iterations=passes, lanes=lanes, memory_cost=memory
    )
    return kdf.derive_phc_encoded(PASSWORD.encode())


def scrypt(n: int, r: int, p: int) -> str:
    return f"scrypt:{n}:{r}:{p}${SALT}${'0' * 128}"


def pbkdf2(rounds: int, digest: str = "sha256") -> str:
    return f"pbkdf2:{digest}:{rounds}${SALT}${'0' * 64}"


BARE = hashlib.sha256(PASSWORD.encode()).hexdigest()
STRONG = {
    "what the command makes": hash_password(PASSWORD),
    "pbkdf2": generate_password_hash(PASSWORD, "pbkdf2:sha256:600000"),
    "argon2id": argon2id(),
}


@pytest.mark.parametrize("kind", STRONG)
def test_a_strong_hash_is_accepted(kind: str) -> None:
    assert problem_with(STRONG[kind], allow_sha256=False) is None


@pytest.mark.parametrize("kind", STRONG)
def test_the_right_password_is_known(kind: str) -> None:
    assert verify(STRONG[kind], PASSWORD)


@pytest.mark.parametrize("kind", STRONG)
@pytest.mark.parametrize("wrong", ["", PASSWORD + " ", PASSWORD.upper(), "\x00", "x" * 5000])
def test_another_is_not(kind: str, wrong: str) -> None:
    assert not verify(STRONG[kind], wrong)


@pytest.mark.parametrize("wrong", ["", PASSWORD.upper(), BARE])
def test_neither_is_it_for_the_older_tools_hash(wrong: str) -> None:
    assert (verify(BARE, PASSWORD), verify(BARE.upper(), PASSWORD), verify(BARE, wrong)) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    "hashed",
    [
        scrypt(2**15, 8, 3),
        scrypt(2**16, 8, 2),
        scrypt(2**17, 8, 1),
        scrypt(2**17, 16, 4),
        pbkdf2(600_000),
        pbkdf2(1_300_000),
        "$argon2id$v=19$m=65536,t=3,p=4$" + "a" * 22 + "$" + "b" * 43,
    ],
)
def test_as_strong_as_owasp_asks_or_stronger_will_do(hashed: str) -> None:
    """Its table trades memory for passes: 2^17/8/1 is as good as 2^15/8/3."""
    assert problem_with(hashed, allow_sha256=False) is None


WEAK = {
    scrypt(2**15, 8, 1): "scrypt below",  # Werkzeug's own default
    scrypt(2**15, 8, 2): "scrypt below",
    scrypt(2**14, 8, 6): "scrypt below",
    scrypt(2**15, 4, 6): "scrypt below",
    scrypt(2**15 + 1, 8, 3): "scrypt below",
    pbkdf2(599_999): "pbkdf2 below",
    pbkdf2(1): "pbkdf2 below",
    "$argon2id$v=19$m=19455,t=2,p=1$" + "a" * 22 + "$" + "b" * 43: "argon2id below",
    "$argon2id$v=19$m=19456,t=1,p=1$" + "a" * 22 + "$" + "b" * 43: "argon2id below",
    "": "is missing",
    BARE: "bare SHA-256",
}


@pytest.mark.parametrize(("hashed", "why"), WEAK.items())
def test_a_weaker_one_is_refused_with_the_reason(hashed: str, why: str) -> None:
    assert why in (problem_with(hashed, allow_sha256=False) or "")


STRONGEST = scrypt(2**15, 8, 3)
NONE_AT_ALL = [
    STRONGEST.partition("$")[0],  # a shell took the rest for a variable
    STRONGEST.rpartition("$")[0],
    STRONGEST.rpartition("$")[0] + "$",
    STRONGEST[:-1],
    STRONGEST + "\n",
    f" {STRONGEST}",
    f"'{STRONGEST}'",
    "scrypt:32768:8:3$$" + "0" * 128,
    pbkdf2(600_000, "sha1"),
    "$2b$12$" + "a" * 53,
    "$argon2i$v=19$m=65536,t=3,p=4$" + "a" * 22 + "$" + "b" * 43,
    "$argon2id$v=16$m=65536,t=3,p=4$" + "a" * 22 + "$" + "b" * 43,
    "=65536,t=3,p=4",
    base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
    hashlib.md5(b"x").hexdigest(),
    "plain:password",
    "correct horse battery staple",
]


@pytest.mark.parametrize("hashed", NONE_AT_ALL)
def test_what_is_no_hash_is_refused_with_a_way_out(hashed: str) -> None:
    assert "no hash that SCC knows" in (problem_with(hashed, allow_sha256=True) or "")


@pytest.mark.parametrize("hashed", [*WEAK, *NONE_AT_ALL])
def test_every_refusal_says_how_to_make_a_good_one(hashed: str) -> None:
    problem = problem_with(hashed, allow_sha256=False) or ""

    assert "flask --app wsgi hash-password" in problem


@pytest.mark.parametrize("hashed", [h for h in (*WEAK, *NONE_AT_ALL) if len(h) > 20])
def test_no_refusal_repeats_the_hash(hashed: str) -> None:
    assert hashed not in (problem_with(hashed, allow_sha256=False) or "")


def test_the_older_tools_hash_is_accepted_where_it_is_allowed_by_name() -> None:
    assert problem_with(BARE, allow_sha256=True) is None


def test_allowing_it_allows_nothing_else() -> None:
    assert problem_with(pbkdf2(599_999), allow_sha256=True) is not None


@pytest.mark.parametrize("hashed", [BARE[:-1], BARE + "0", BARE.replace(BARE[0], "g"), STRONGEST])
def test_only_64_hexadecimal_digits_are_one(hashed: str) -> None:
    assert not is_bare_sha256(hashed)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != STRONG["what the command makes"]
