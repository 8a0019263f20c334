from huadu_portal import settings as written


def test_passwords_are_kept_by_argon2_outside_of_the_tests():
    assert written.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
