"""Records what PyJWT, called as Rasa's sanic-jwt calls it, says to tokens. Needs pyjwt with cryptography.

    python record.py > tokens.json
"""
import base64
import datetime
import hashlib
import hmac
import json
import sys
import warnings

import jwt
import jwt.api_jwt
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, rsa

warnings.simplefilter("ignore")
NOW = 1_800_000_000


class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(NOW, tz)


jwt.api_jwt.datetime = Frozen
SECRET = "a-secret-of-sufficient-length-for-every-hash-0123456789abcdef0123456789"


def pems(key):
    private = key.private_bytes(ser.Encoding.PEM, ser.PrivateFormat.PKCS8, ser.NoEncryption()).decode()
    public = key.public_key().public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo).decode()
    return private, public


def part(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(header, payload, secret=SECRET, digest="sha256"):
    text = part(header) + "." + part(payload)
    return text + "." + part(hmac.new(secret.encode(), text.encode(), digest).digest())


def verdict(token, key, method):
    try:
        return {"payload": jwt.decode(token, key, algorithms=[method], options={"verify_exp": True}, leeway=180)}
    except Exception as error:
        return {"error": type(error).__name__}


USER = {"user": {"username": "jo", "role": "user"}}
RSA, OTHER_RSA = (pems(rsa.generate_private_key(65537, 2048)) for _ in range(2))
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
cases = []


def add(name, token, key=SECRET, method="HS256"):
    cases.append({"name": name, "method": method, "key": key, "token": token, **verdict(token, key, method)})


for bits in ("256", "384", "512"):
    add("HS" + bits, jwt.encode(USER, SECRET, "HS" + bits), SECRET, "HS" + bits)
    for family in ("RS", "PS"):
        method = family + bits
        add(method, jwt.encode(USER, RSA[0], method), RSA[1], method)
        add(method + " with another key", jwt.encode(USER, OTHER_RSA[0], method), RSA[1], method)
    add("RS%s taken for PS" % bits, jwt.encode(USER, RSA[0], "RS" + bits), RSA[1], "PS" + bits)
    method = "ES" + bits
    key, other = pems(ec.generate_private_key(CURVES[method])), pems(ec.generate_private_key(CURVES[method]))
    for number in range(8):  # numbers with and without leading zeros
        add("%s %d" % (method, number), jwt.encode({**USER, "n": number}, key[0], method), key[1], method)
    add(method + " with another key", jwt.encode(USER, other[0], method), key[1], method)
    good = jwt.encode(USER, key[0], method)
    add(method + " cut", good[:-8], key[1], method)
    add(method + " of zeros", good.rsplit(".", 1)[0] + "." + part(bytes(2 * {"256": 32, "384": 48, "512": 66}[bits])),
        key[1], method)

H = {"typ": "JWT", "alg": "HS256"}
good = signed(H, USER)
add("good", good)
add("public key as secret", signed(H, USER, RSA[1]), RSA[1], "RS256")
add("alg none", part({"alg": "none"}) + "." + part(USER) + ".")
add("alg None", part({"alg": "None"}) + "." + part(USER) + ".")
add("alg none with RS256", part({"alg": "none"}) + "." + part(USER) + ".", RSA[1], "RS256")
add("alg missing", signed({"typ": "JWT"}, USER))
add("alg lower case", signed({"alg": "hs256"}, USER))
add("alg a list", signed({"alg": ["HS256"]}, USER))
add("alg null", signed({"alg": None}, USER))
add("other hash", signed({"alg": "HS384"}, USER, digest="sha384"))
add("other secret", signed(H, USER, "other"))
add("no signature", good.rsplit(".", 1)[0] + ".")
add("two parts", good.rsplit(".", 1)[0])
add("four parts", good + ".abcd")
add("empty", "")
add("dots", "..")
add("header no object", signed([1], USER))
add("header no JSON", signed(b"{", USER))
add("payload no object", signed(H, [1]))
add("payload no JSON", signed(H, b"{"))
add("payload empty object", signed(H, {}))
add("standard base64", good.replace("_", "/").replace("-", "+") if set(good) & set("-_") else "a+b." + good)
add("padding", good + "=")
add("too much padding", good + "====")
add("bits left over", good[:-1] + chr(ord(good[-1]) + 1))
add("blank inside", good[:20] + " " + good[20:])
add("kid text", signed({**H, "kid": "k"}, USER))
add("kid number", signed({**H, "kid": 1}, USER))
add("crit unknown", signed({**H, "crit": ["x"], "x": 1}, USER))
add("crit empty", signed({**H, "crit": []}, USER))
add("b64 false", signed({**H, "b64": False}, USER))
for value in (True, None, 0, 1):
    add("b64 %r" % value, signed({**H, "b64": value}, USER))
add("b64 true in crit", signed({**H, "b64": True, "crit": ["b64"]}, USER))
add("b64 false in crit", signed({**H, "b64": False, "crit": ["b64"]}, USER))
add("b64 in crit alone", signed({**H, "crit": ["b64"]}, USER))
add("crit with another", signed({**H, "b64": True, "crit": ["b64", "x"], "x": 1}, USER))
add("crit null", signed({**H, "crit": None}, USER))
add("typ other", signed({**H, "typ": "other"}, USER))
for name, values in {
    "exp": [NOW + 1, NOW, NOW - 179, NOW - 180, NOW - 181, "4102444800", " 4102444800 ", "soon", None, True, 4102444800.9,
            [], {}, float("inf"), float("nan"), ""],
    "nbf": [NOW, NOW + 180, NOW + 181, "soon", None, NOW + 180.9, "1_0", "1__0", "\t10\n", "\u0661\u0660", "0x10", "1.5"],
    "iat": [NOW, NOW + 180, NOW + 181, "soon", None, 0, "1_0", "\t10\n", "1e1"],
    "aud": ["me", ["me"], "", [], None, 0, {}, {"a": 1}, False],
    "iss": ["me", 1, None],
    "sub": ["me", 1, None],
    "jti": ["me", 1, None],
}.items():
    for value in values:
        add("%s %r" % (name, value), signed(H, {**USER, name: value}))

json.dump({"now": NOW, "cases": cases}, sys.stdout, indent=0)
print()
