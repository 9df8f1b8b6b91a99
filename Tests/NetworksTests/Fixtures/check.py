"""Computes again what record.py wrote, from the recorded tensors alone: python check.py DIRECTORY"""
import json
import pathlib
import struct
import sys

import numpy as np


def read(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    result = {}
    for name, item in json.loads(raw[8 : 8 + size]).items():
        first, last = (8 + size + offset for offset in item["data_offsets"])
        kind = {"F32": "<f4", "I32": "<i4"}[item["dtype"]]
        result[name] = np.frombuffer(raw[first:last], kind).reshape(item["shape"]).astype(kind)
    return result


def log_sum_exp(x, axis=-1):
    top = x.max(axis, keepdims=True)
    return np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis))


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def scaled(loss, config):
    p = np.exp(-loss)
    return loss * ((1 - p) / 0.5) ** 4 if config["scale_loss"] and p.max() > 0.5 else loss


def label_loss(tensors, layer, config):
    """SingleLabelDotProductLoss on flattened examples, with the mask of dialogues that have several turns."""
    middle = {key: tensors.get("middle/%s/%s" % (layer, key)) for key in ("inputs", "labels", "label_ids", "all_labels", "all_label_ids", "mask")}
    flat = lambda value: value.astype(np.float64).reshape(-1, value.shape[-1])
    inputs, labels, ids = flat(middle["inputs"]), flat(middle["labels"]), flat(middle["label_ids"])
    all_labels, all_ids = flat(middle["all_labels"]), flat(middle["all_label_ids"])
    of_inputs, of_labels = (tensors["draws/%s/negative_%s" % (layer, side)] for side in ("inputs", "labels"))
    if config["similarity_type"] == "cosine":
        unit = lambda x: x / np.sqrt(np.maximum((x * x).sum(-1, keepdims=True), 1e-12))
        inputs, labels, all_labels = unit(inputs), unit(labels), unit(all_labels)
    mask = np.ones(len(inputs)) if middle["mask"] is None else middle["mask"].reshape(-1)
    dot = lambda a, b: (a[:, None] * b).sum(-1) * mask[:, None]
    bad_inputs = -1e9 * (ids[of_inputs] == ids[:, None]).all(-1)
    bad_labels = -1e9 * (all_ids[of_labels] == ids[:, None]).all(-1)
    positive = dot(inputs, labels[:, None])
    il, ll = dot(inputs, all_labels[of_labels]) + bad_labels, dot(labels, all_labels[of_labels]) + bad_labels
    ii, li = dot(inputs, inputs[of_inputs]) + bad_inputs, dot(labels, inputs[of_inputs]) + bad_inputs
    if config["loss_type"] == "margin":
        low, hinge = config["maximum_negative_similarity"], lambda x: np.maximum(0, x)
        loss = hinge(config["maximum_positive_similarity"] - positive[:, 0])
        is_max = config["use_maximum_negative_similarity"]
        loss += hinge(low + il.max(-1)) if is_max else hinge(low + il).sum(-1)
        loss += config["negative_margin_scale"] * sum(hinge(low + x.max(-1)) for x in (ll, ii, li))
    else:
        logits = [positive, il, li] if config["constrain_similarities"] else [positive, il, li, ii, ll]
        loss = log_sum_exp(np.concatenate(logits, -1)) - positive[:, 0]
        if config["constrain_similarities"]:
            everything = np.concatenate([-positive, il, ll, ii, li], -1)
            loss += softplus(everything).mean(-1)
        if not layer.endswith("_mask"):
            loss = scaled(loss, config)
    if middle["mask"] is not None:
        mask = middle["mask"]
        return ((loss.reshape(mask.shape) * mask).sum(-1) / mask.sum(-1)).mean()
    return loss.mean()


def multi_label_loss(tensors, layer, config):
    get = lambda key: tensors["middle/%s/%s" % (layer, key)].astype(np.float64)
    inputs, labels, ids, all_labels = get("inputs"), get("labels"), get("label_ids")[:, :, 0].astype(int), get("all_labels")
    candidates = tensors["draws/%s/candidates" % layer]
    logits = np.concatenate([(inputs * labels).sum(-1), (inputs * all_labels[candidates]).sum(-1)], -1)
    targets = np.array([[1.0] * ids.shape[1] + [float(c in row) for c in chosen] for row, chosen in zip(ids, candidates)])
    mask = np.concatenate([ids != -1, np.ones_like(candidates)], -1)
    loss = scaled(softplus(logits) - targets * logits, config)
    return ((loss * mask).sum(-1) / mask.sum(-1)).mean()


def crf_loss(tensors, layer, config):
    get = lambda key: tensors["middle/%s/%s" % (layer, key)]
    transitions = tensors["weights/%s/transitions" % layer].astype(np.float64)
    losses = []
    for logits, tags, length in zip(get("logits").astype(np.float64), get("tag_ids"), get("lengths")):
        length = max(int(length), 1)
        score = sum(logits[t, tags[t]] for t in range(length)) + sum(transitions[tags[t - 1], tags[t]] for t in range(1, length))
        alpha = logits[0]
        for t in range(1, length):
            alpha = log_sum_exp(alpha[:, None] + transitions, 0) + logits[t]
        losses.append(log_sum_exp(alpha) - score)
    return scaled(np.array(losses), config).mean()


def check(path):
    tensors, case = read(path), json.loads(path.with_suffix(".json").read_text())
    config = case["config"]
    worst = {}

    def compare(what, ours, recorded):
        ours, recorded = np.asarray(ours, np.float64), np.asarray(recorded, np.float64)
        error = np.abs(ours - recorded).max() / max(np.abs(recorded).max(), 1e-12)
        worst[what] = max(worst.get(what, 0), float(error))

    total = 0
    for name in [name for name in tensors if name.startswith("middle/") and name.endswith("/loss")]:
        layer = name[len("middle/") : -len("/loss")]
        if "/crf.." in layer:
            loss = crf_loss(tensors, layer, config)
        elif "draws/%s/candidates" % layer in tensors:
            loss = multi_label_loss(tensors, layer, config)
        else:
            loss = label_loss(tensors, layer, config)
        compare("loss parts", loss, tensors[name])
        total += loss
    compare("loss", total, case["loss"])

    constant, regularization = config["regularization_constant"], 0
    for name in case["order_of_variables"]:
        weight = tensors["weights/" + name]
        mask = tensors.get("weights/%s_mask" % name, np.float32(1)) if name.endswith("kernel") else np.float32(1)
        used = weight * mask
        if name in case["without_gradient"]:
            continue
        gradient = combined = tensors["gradient/" + name]
        if name in case["regularized"]:
            regularization += constant * (used.astype(np.float64) ** 2).sum()
            combined = gradient + np.where(gradient > 0, 2 * constant * used, 0)
            compare("combined", combined, tensors["combined/" + name])
        if "after1/" + name in tensors:
            # Adam's first step: m = 0.1 g, v = 0.001 g², both unbiased by the rate.
            g = combined.astype(np.float64)
            rate = config["learning_rate"] * np.sqrt(1 - 0.999) / (1 - 0.9)
            moved = used - rate * 0.1 * g / (np.sqrt(0.001 * g * g) + 1e-7)
            worst["Adam"] = max(worst.get("Adam", 0), float(np.abs(moved - tensors["after1/" + name]).max()))
    compare("regularization", regularization, case["regularization"])
    compare("total", total + regularization, case["steps"][0]["t_loss"])
    print(path.stem, {key: "%.1e" % value for key, value in worst.items()})
    return max(worst.values())


if __name__ == "__main__":
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.safetensors"))
    sys.exit(max(map(check, paths)) > 1e-5)
