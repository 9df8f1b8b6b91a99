"""Records what one training step of Rasa 3.6.21 computes: losses, gradients and the weights after Adam's steps.

    python record.py OUTPUT [CASE ...]

For every case a small assistant is trained by Rasa itself with Keras' `fit` replaced: instead of training, the model that
Rasa built from configuration and data is given known weights and one batch, and all that it draws at random (negatives,
masks of dropout, masked tokens) is drawn here, written down, and drawn alike in every step. OUTPUT gets CASE.safetensors
and CASE.json, and batches.json with the schedule of balanced batches. README.md beside this file says what they hold.
"""
import json
import os
import pathlib
import re
import struct
import sys
import tempfile
import warnings

os.environ.update(
    SQLALCHEMY_SILENCE_UBER_WARNING="1", TF_CPP_MIN_LOG_LEVEL="3", RASA_TELEMETRY_ENABLED="false", RASA_MAX_CACHE_SIZE="0"
)
warnings.simplefilter("ignore")

import dense_vectors  # registers the featurizer
import numpy as np
import rasa.model_training
import tensorflow as tf
from cases import CASES
from draws import draws, install, observed, row_order
from rasa.utils.tensorflow import layers, models
from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator
from rasa.utils.tensorflow.feature_array import FeatureArray
from rasa.utils.tensorflow.model_data import RasaModelData
from tensorflow.python.checkpoint import graph_view

STEPS = 3
MAX_EXAMPLES = 12
# The cases whose weights after the first and after the last step are written down.
WITH_FIRST_STEP = {"diet-default", "ted-default"}
WITH_LAST_STEP = WITH_FIRST_STEP | {"diet-roles", "selector-default", "ted-end-to-end", "unexpected-default"}


def object_paths(model):
    """The path of every tracked object below the model, as checkpoints name it."""
    objects, paths = graph_view.ObjectGraphView(model)._breadth_first_traversal()
    escape = lambda name: name.replace(".", "..").replace("/", ".S")
    return {id(item): "/".join(escape(step.name) for step in paths[item]) for item in objects}, objects


def checkpoint(model, directory):
    """What the archive would hold: {path: array} without the optimizer and the metrics."""
    prefix = os.path.join(directory, "weights")
    model.save_weights(prefix, overwrite=True, save_format="tf")
    reader = tf.train.load_checkpoint(prefix)
    found = {}
    for key in reader.get_variable_to_shape_map():
        match = re.fullmatch(r"model/(_tf_layers/.*)/\.ATTRIBUTES/VARIABLE_VALUE", key)
        if match and "f1_score_metric" not in key:
            found[match[1]] = reader.get_tensor(key)
    return found


def move_weights(model, random):
    """Moves every weight off its first value, so that biases, gammas and erased entries count too."""
    for variable in model.trainable_variables:
        variable.assign_add(0.1 * random.normal(size=variable.shape).astype(np.float32))


def learn(model, batch):
    """Trains until the label loss is scaled."""
    optimizer = tf.keras.optimizers.Adam(0.02)
    for _ in range(200):
        draws.begin_pass()
        observed.clear()
        with tf.GradientTape() as tape:
            loss = model.batch_loss(batch)
        if float(tf.exp(tf.reduce_max(observed["scale"][0]))) > 0.6:
            return
        gradients = tape.gradient(loss, model.trainable_variables)
        pairs = [(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None]
        optimizer.apply_gradients(pairs)
    raise RuntimeError("no example was learned")


def metric_values(model):
    return {name: float(value) for name, value in ((metric.name, metric.result()) for metric in model.metrics) if np.ndim(value) == 0}


def csr(tensor):
    """A sparse tensor of any rank as rows of its last axis."""
    order, shape = row_order(tensor), tensor.dense_shape.numpy()
    indices = tensor.indices.numpy()[order]
    rows = np.ravel_multi_index(indices[:, :-1].T, shape[:-1]) if len(indices) else np.zeros(0, int)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=int(np.prod(shape[:-1]))))])
    return {"starts": starts, "columns": indices[:, -1], "values": tensor.values.numpy()[order], "shape": shape}


def data_tensors(prefix, data):
    """Tensors of a batch (or of the labels) in Rasa's nesting: attribute, kind, number."""
    result = {}
    for key, kinds in data.items():
        for kind, features in kinds.items():
            for number, feature in enumerate(features):
                name = "%s/%s/%s/%d" % (prefix, key, kind, number)
                if isinstance(feature, tf.SparseTensor):
                    result.update({"%s/%s" % (name, part): value for part, value in csr(feature).items()})
                else:
                    result[name] = np.asarray(feature, np.float32)
    return result


def dense(gradient):
    return None if gradient is None else tf.convert_to_tensor(gradient).numpy()


def signature_of(signature):
    return {
        key: {kind: [[bool(item.is_sparse), item.units, item.number_of_dimensions] for item in items] for kind, items in kinds.items()}
        for key, kinds in signature.items()
    }


def plain(value):
    """A configuration as JSON."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def record(model, generator, case, name, output):
    draws.__init__(sum(name.encode()))
    random = np.random.default_rng(7)
    model_data = generator.model_data
    count = min(MAX_EXAMPLES, model_data.number_of_examples())
    batch = RasaBatchDataGenerator.prepare_batch(model_data.data, 0, count)

    # The first pass builds the layers; what it draws is forgotten.
    model._training = True
    model.batch_loss(batch)
    move_weights(model, random)
    draws.__init__(sum(name.encode()))
    if case.learned:
        learn(model, batch)
    draws.begin_pass()
    observed.clear()

    with tempfile.TemporaryDirectory() as directory:
        tensors = {"weights/" + path: value for path, value in checkpoint(model, directory).items()}
        paths, objects = object_paths(model)
        path_of = {variable.ref(): paths[id(variable)] for variable in model.trainable_variables}
        for variable in model.trainable_variables:
            assert np.array_equal(tensors["weights/" + path_of[variable.ref()]], variable.numpy()), path_of[variable.ref()]

        # The gradients of both parts, as RasaModel.train_step takes them.
        with tf.GradientTape(persistent=True) as tape:
            loss = model.batch_loss(batch)
            regularization = tf.math.add_n(model.losses)
        gradients = [dense(g) for g in tape.gradient(loss, model.trainable_variables)]
        of_regularization = [dense(g) for g in tape.gradient(regularization, model.trainable_variables)]
        del tape
        first, scales = {key: list(calls) for key, calls in observed.items() if key != "scale"}, observed.get("scale", [])
        probabilities = [float(tf.exp(tf.reduce_max(s))) for s in scales]

        given = []
        apply_gradients = model.optimizer.apply_gradients

        def applied(pairs, *arguments, **named):
            pairs = list(pairs)
            given.append({path_of[variable.ref()]: dense(gradient) for gradient, variable in pairs})
            return apply_gradients(pairs, *arguments, **named)

        model.optimizer.apply_gradients = applied
        steps = []
        for step in range(STEPS):
            draws.begin_pass()
            for metric in model.metrics:
                metric.reset_state()
            model.train_step(batch)
            steps.append(metric_values(model))
            if (step == 0 and name in WITH_FIRST_STEP) or (step + 1 == STEPS and name in WITH_LAST_STEP):
                after = checkpoint(model, directory)
                tensors.update(
                    ("after%d/%s" % (step + 1, path), value) for path, value in after.items() if not path.endswith("/kernel_mask")
                )
        model.optimizer.apply_gradients = apply_gradients

    regularized, without = [], []
    for variable, gradient, other in zip(model.trainable_variables, gradients, of_regularization):
        path = path_of[variable.ref()]
        if gradient is None:
            without.append(path)
            continue
        tensors["gradient/" + path] = gradient
        if other is not None:
            regularized.append(path)
            tensors["combined/" + path] = given[0][path]
        else:
            assert np.array_equal(gradient, given[0][path]), path

    tensors.update(data_tensors("batch", model.batch_to_model_data_format(batch, model.data_signature)))
    tensors.update(data_tensors("labels", model.tf_label_data))
    layer_of = {id(item): item for item in objects}
    for (layer, kind, call), value in draws.values.items():
        path = paths[layer]
        if kind == "ids":
            multi = isinstance(layer_of[layer], layers.MultiLabelDotProductLoss)
            kind = "candidates" if multi else ("negative_inputs", "negative_labels")[call]
            tensors["draws/%s/%s" % (path, kind)] = value
        elif kind == "keep":
            tensors["draws/%s/keep/%d" % (path, call)] = value
        else:
            tensors["draws/%s/%s" % (path, kind)] = value
    for (layer, kind), calls in first.items():
        for call, (arguments, named, result) in enumerate(calls):
            prefix = "middle/%s" % paths[layer] + ("/%d" % call if len(calls) > 1 else "")
            if kind == "loss":
                names = ["inputs", "labels", "label_ids", "all_labels", "all_label_ids", "mask"]
                names_of_arguments = dict(zip(names, arguments))
                keyword = {"inputs_embed": "inputs", "labels_embed": "labels", "labels": "label_ids", "all_labels_embed": "all_labels",
                           "all_labels": "all_label_ids"}
                names_of_arguments.update((keyword[key], value) for key, value in named.items())
                for key, value in names_of_arguments.items():
                    if value is not None:
                        tensors["%s/%s" % (prefix, key)] = value.numpy()
                tensors[prefix + "/loss"] = result[0].numpy()
            elif kind == "crf":
                tensors[prefix + "/logits"] = arguments[0].numpy()
                tensors[prefix + "/tag_ids"] = arguments[1].numpy()
                tensors[prefix + "/lengths"] = arguments[2].numpy()
                tensors[prefix + "/loss"] = result.numpy()
            else:
                tensors[prefix + "/output"] = result[0].numpy()

    specs = getattr(model, "_entity_tag_specs", None) or []
    description = {
        "case": name,
        "model": type(model).__name__,
        "config": plain(model.config),
        "examples": count,
        "label_names": case.label_names,
        "data_signature": signature_of(model.data_signature),
        "label_signature": signature_of(model.label_signature),
        "entity_tag_specs": [{"tag_name": s.tag_name, "num_tags": s.num_tags, "ids_to_tags": plain(s.ids_to_tags)} for s in specs],
        "max_history_featurizer_is_used": getattr(model, "max_history_featurizer_is_used", None),
        "loss": float(loss),
        "regularization": float(regularization),
        "max_probability_in_scale_loss": probabilities,
        "steps": steps,
        "regularized": sorted(regularized),
        "without_gradient": sorted(without),
        "order_of_variables": [path_of[variable.ref()] for variable in model.trainable_variables],
    }
    write_safetensors(output / (name + ".safetensors"), tensors)
    (output / (name + ".json")).write_text(json.dumps(description) + "\n")
    print(name, "loss %.5f" % float(loss), "reg %.5f" % float(regularization), steps[-1], "p", probabilities, flush=True)


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name in sorted(tensors):
        value = np.asarray(tensors[name])
        value = np.ascontiguousarray(value, np.float32 if value.dtype.kind == "f" else np.int32).reshape(value.shape)
        data = value.tobytes()
        kind = "F32" if value.dtype == np.float32 else "I32"
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def label_names(component):
    """The names of the labels by id, however the component keeps them."""
    mapping = getattr(component, "index_label_id_mapping", None)
    return [mapping[index] for index in sorted(mapping)] if mapping else None


def run(name, case, output):
    class Done(Exception):
        pass

    def fit(model, generator, *arguments, **named):
        frame = sys._getframe(1)
        component, domain = frame.f_locals.get("self"), frame.f_locals.get("domain")
        while domain is None and frame is not None:
            domain, frame = frame.f_locals.get("domain"), frame.f_back
        case.label_names = label_names(component)
        if case.label_names is None:
            is_intent = case.component["name"] == "UnexpecTEDIntentPolicy"
            case.label_names = domain.intents if is_intent else domain.action_names_or_texts
        record(model, generator, case, name, output)
        raise Done

    models.RasaModel.fit = fit
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        is_policy = case.component["name"].endswith("Policy")
        pipeline = case.pipeline + ("" if is_policy else "- " + json.dumps(case.component) + "\n")
        policies = "- " + json.dumps(case.component) + "\n" if is_policy else "- name: MemoizationPolicy\n"
        if case.domain and "forms:" in case.domain:
            policies += "- name: RulePolicy\n"
        (root / "config.yml").write_text(
            "recipe: default.v1\nlanguage: en\nassistant_id: recorded\npipeline:\n%s\npolicies:\n%s" % (pipeline, policies)
        )
        (root / "domain.yml").write_text(case.domain or 'version: "3.1"\nintents: [greet, book, order, thank]\nentities: [city, drink]\n')
        (root / "data").mkdir()
        for number, text in enumerate(case.files):
            (root / "data" / ("%d.yml" % number)).write_text(text)
        before = os.getcwd()
        os.chdir(root)
        try:
            rasa.model_training.train(
                "domain.yml", "config.yml", ["data"], "models", core_additional_arguments={"augmentation_factor": 0}
            )
        except Exception as error:
            while error is not None and not isinstance(error, Done):
                error = error.__cause__ or error.__context__
            if error is None:
                raise
        finally:
            os.chdir(before)


# ---------------------------------------------------------------- schedule of batches


def record_batches(output):
    """How examples of given labels are put into batches, with every permutation that was drawn for it."""
    schedules = []
    for labels, batch_size, epochs, strategy, drop in [
        ([0] * 20 + [1] * 9 + [2] * 3 + [3] + [4] * 7, [4, 16], 5, "balanced", False),
        ([0] * 5 + [1] * 5 + [2] * 5, [64, 256], 3, "balanced", False),
        (list(range(12)) * 2 + [3] * 30, [8, 12], 4, "balanced", False),
        ([0] * 20 + [1] * 9 + [2] * 3, 6, 2, "balanced", True),
        ([0] * 20 + [1] * 9 + [2] * 3, [4, 8], 3, "sequence", False),
        ([0] * 7, 3, 1, "balanced", False),
    ]:
        labels = np.random.default_rng(3).permutation(labels)
        data = RasaModelData(label_key="label", label_sub_key="ids")
        data.add_features("label", "ids", [FeatureArray(labels[:, None], number_of_dimensions=2)])
        data.add_features("text", "sentence", [FeatureArray(np.arange(len(labels))[:, None], number_of_dimensions=2)])
        drawn = []
        permutation = np.random.permutation
        np.random.seed(11)

        def recorded(count):
            drawn.append(permutation(count).tolist())
            return np.asarray(drawn[-1])

        np.random.permutation = recorded
        try:
            generator = RasaBatchDataGenerator(data, batch_size, epochs, strategy, True, drop)
            result = []
            for epoch in range(epochs):
                batches = [generator[index][0] for index in range(len(generator))]
                names = list(generator._data)
                examples = [np.asarray(batch[names.index("text")]).reshape(-1).astype(int).tolist() for batch in batches]
                result.append({"batch_size": generator._current_batch_size, "permutations": list(drawn), "batches": examples})
                drawn.clear()
                if epoch + 1 < epochs:
                    generator.on_epoch_end()
        finally:
            np.random.permutation = permutation
        schedules.append({
            "label_ids": labels.tolist(), "batch_size": batch_size, "epochs": epochs, "batch_strategy": strategy,
            "drop_small_last_batch": drop, "result": result,
        })
    (output / "batches.json").write_text(json.dumps(schedules, separators=(",", ":")) + "\n")


def main():
    output = pathlib.Path(sys.argv[1]).resolve()
    output.mkdir(parents=True, exist_ok=True)
    install()
    names = sys.argv[2:] or list(CASES)
    for name in names:
        run(name, CASES[name], output)
    if not sys.argv[2:]:
        record_batches(output)


if __name__ == "__main__":
    main()
