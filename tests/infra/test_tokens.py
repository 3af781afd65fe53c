from datetime import timedelta

import pytest
from creneau_infra import tokens

SECRET = "a-secret-that-is-long-enough-to-be-one"
HOUR = timedelta(hours=1)


def test_a_token_is_long_new_and_safe_in_a_url() -> None:
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(
        len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in made
    )


def test_a_token_is_kept_as_its_digest() -> None:
    token = tokens.new_token()
    assert len(tokens.digest(token)) == 32
    assert tokens.digest(token) == tokens.digest(token)
    assert tokens.digest(token) != tokens.digest(tokens.new_token())


def test_a_code_keeps_its_leading_zeros() -> None:
    codes = [tokens.new_code() for _ in range(200)]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)


def test_a_code_is_good_for_what_it_was_made_for_alone() -> None:
    kept = tokens.code_digest("012345", b"alice", SECRET)
    assert tokens.same(kept, tokens.code_digest("012345", b"alice", SECRET))
    assert not tokens.same(kept, tokens.code_digest("012345", b"bob", SECRET))
    assert not tokens.same(kept, tokens.code_digest("012345", b"alice", SECRET + "!"))
    assert not tokens.same(kept, tokens.code_digest("012346", b"alice", SECRET))


def test_a_sealed_value_opens_for_its_purpose() -> None:
    sealed = tokens.sign("alice:é", purpose="unsubscribe", secret_key=SECRET, lasting=HOUR)
    assert tokens.unsign(sealed, purpose="unsubscribe", secret_key=SECRET) == "alice:é"


def test_a_sealed_value_that_is_changed_or_misused_stays_closed() -> None:
    sealed = tokens.sign("alice", purpose="unsubscribe", secret_key=SECRET, lasting=HOUR)
    body, expires, seal = sealed.split(".")
    other = tokens.sign("bob", purpose="unsubscribe", secret_key=SECRET, lasting=HOUR).split(".")[0]
    later = str(int(expires) + 1)
    for wrong in (
        f"{other}.{expires}.{seal}",
        f"{body}.{later}.{seal}",
        f"{body}.{expires}.",
        "",
        "a.b",
        "é",
    ):
        with pytest.raises(tokens.TokenInvalidError):
            tokens.unsign(wrong, purpose="unsubscribe", secret_key=SECRET)
    with pytest.raises(tokens.TokenInvalidError):
        tokens.unsign(sealed, purpose="sign-in", secret_key=SECRET)
    with pytest.raises(tokens.TokenInvalidError):
        tokens.unsign(sealed, purpose="unsubscribe", secret_key=SECRET + "!")


def test_a_sealed_value_ends_with_its_time() -> None:
    sealed = tokens.sign(
        "alice", purpose="unsubscribe", secret_key=SECRET, lasting=timedelta(seconds=-1)
    )
    with pytest.raises(tokens.TokenExpiredError):
        tokens.unsign(sealed, purpose="unsubscribe", secret_key=SECRET)
