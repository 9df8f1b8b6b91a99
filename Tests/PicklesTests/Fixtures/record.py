"""Records pickles of values with what is in them, for the tests of this directory.

    python record.py > pickles.json

Needs numpy, scipy and joblib.  Each entry has a name, the file as base64, and what a reader must find in it.
"""
import base64
import collections
import io
import json
import pickle
import sys

import joblib
import numpy
import scipy.sparse


def entry(name, content, **found):
    return {"name": name, "file": base64.b64encode(content).decode(), **found}


def arrays():
    return {
        "floats": numpy.array([[1.5, -2.25, 3.0], [0.0, 1e-3, 7.0]], dtype="f4"),
        "doubles in Fortran's order": numpy.asfortranarray(numpy.arange(24, dtype="f8").reshape(2, 3, 4)),
        "bytes": numpy.array([-128, 0, 127], dtype="i1"),
        "big-endian": numpy.array([1, -2, 300], dtype=">i4"),
        "unsigned": numpy.array([0, 65535], dtype="u2"),
        "truth": numpy.array([True, False]),
        "empty": numpy.zeros((0, 5), dtype="f8"),
        "single": numpy.array(42, dtype="i8"),
    }


def main():
    entries = []
    for protocol in range(2, 6):
        for name, array in arrays().items():
            entries.append(entry(f"{name} {protocol}", pickle.dumps(array, protocol), shape=list(array.shape),
                                 numbers=[float(x) for x in array.flatten()]))
        texts = numpy.array(["a", "né", "", "😀 long"])
        entries.append(entry(f"texts {protocol}", pickle.dumps(texts, protocol), texts=texts.tolist()))
        objects = numpy.empty(2, dtype=object)
        objects[0], objects[1] = "one", "two"
        entries.append(entry(f"objects {protocol}", pickle.dumps(objects, protocol), texts=objects.tolist()))
        matrix = scipy.sparse.coo_matrix(([1.0, 2.0, 3.0], ([0, 1, 1], [2, 0, 4])), shape=(2, 6))
        for kind in (matrix, matrix.tocsr()):
            entries.append(entry(f"{type(kind).__name__} {protocol}", pickle.dumps(kind, protocol),
                                 matrix=kind.toarray().tolist()))
        plain = {"none": None, "truth": True, "small": 7, "two": 40000, "four": -5, "long": -(1 << 40),
                 "number": 2.5, "text": "é", "list": [1, [2, "x"]], "again": None, "long text": "y" * 300}
        plain["again"] = plain["list"]
        entries.append(entry(f"plain {protocol}", pickle.dumps(plain, protocol), plain=plain))
        ordered = collections.OrderedDict([("b", 1), ("a", 2)])
        default = collections.defaultdict(list)
        default["k"].append(3)
        entries.append(entry(f"ordered {protocol}", pickle.dumps(ordered, protocol), plain={"b": 1, "a": 2}))
        entries.append(entry(f"default {protocol}", pickle.dumps(default, protocol), plain={"k": [3]}))
        scalar = {"x": numpy.float32(0.5), "y": numpy.int64(-3)}
        entries.append(entry(f"scalars {protocol}", pickle.dumps(scalar, protocol), scalars={"x": 0.5, "y": -3}))
    for compress in (0, 3, ("gzip", 3)):
        for name, array in arrays().items():
            file = io.BytesIO()
            joblib.dump({"array": array}, file, compress=compress)
            entries.append(entry(f"joblib {compress} {name}", file.getvalue(), joblib=True, shape=list(array.shape),
                                 numbers=[float(x) for x in array.flatten()]))
    json.dump(entries, sys.stdout, ensure_ascii=False, indent=0)


main()
