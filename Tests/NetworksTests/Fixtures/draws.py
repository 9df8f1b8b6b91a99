"""What Rasa draws at random in a training step, drawn here instead, and what it computes on the way, written down."""
import numpy as np
import tensorflow as tf
from rasa.utils.tensorflow import layers, layers_utils, rasa_layers, transformer


class Draws:
    """Draws each value once; from the second pass on the same call of the same layer gets the same value."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.values, self.calls = {}, {}
        self.loss_layer = None

    def begin_pass(self):
        self.calls = {}

    def take(self, layer, kind, make):
        call = self.calls[(id(layer), kind)] = self.calls.get((id(layer), kind), -1) + 1
        key = (id(layer), kind, call)
        if key not in self.values:
            self.values[key] = make(self.random)
        return self.values[key]

    def keep_mask(self, layer, shape, rate):
        shape = [int(size) for size in shape]
        return self.take(layer, "keep", lambda random: (random.random(shape) >= rate).astype(np.int32))


draws = Draws(0)
observed = {}


def row_order(tensor):
    """The order in which a sparse tensor's values stand row by row."""
    return np.lexsort(tensor.indices.numpy().T[::-1])


def is_training(flag):
    return bool(flag) if flag is not None else bool(tf.keras.backend.learning_phase())


def random_indices(batch_size, n, n_max):
    shape = (int(batch_size), int(n))
    return tf.constant(draws.take(draws.loss_layer, "ids", lambda random: random.integers(0, int(n_max), shape).astype(np.int32)))


def dropout(self, inputs, training=None):
    if not is_training(training) or not self.rate:
        return tf.identity(inputs)
    mask = draws.keep_mask(self, inputs.shape, self.rate)
    return inputs * tf.constant(mask, tf.float32) / (1 - self.rate)


def sparse_dropout(self, inputs, training=None):
    if not is_training(training) or not self.rate:
        return inputs
    # Rasa keeps values featurizer by featurizer; what is written down goes row by row, and so does the mask.
    mask = np.zeros(inputs.values.shape, bool)
    mask[row_order(inputs)] = draws.keep_mask(self, inputs.values.shape, self.rate)
    kept = tf.sparse.retain(inputs, tf.constant(mask))
    return tf.SparseTensor(kept.indices, kept.values, inputs._dense_shape)


def attention_dropout(self, logits, pad_mask, training):
    if not is_training(training):
        return tf.identity(logits)
    keep = tf.constant(draws.keep_mask(self, logits.shape, self.attention_dropout_rate), tf.float32)
    # Padded keys are never dropped, so that a row of nothing but padding stays as it is.
    return logits + (1 - keep) * tf.cast(pad_mask < 1, tf.float32) * -1e9


def input_mask(self, x, mask, training=None):
    """Rasa's masking with larger shares, so that few tokens meet all of its branches."""
    rows, length, units = x.shape

    def choose(random):
        chosen = (random.random((rows, length)) < 0.4) * mask.numpy()[:, :, 0]
        return chosen.astype(np.int32)

    chosen = draws.take(self, "chosen", choose)
    kind = draws.take(self, "kind", lambda random: random.integers(0, 3, (rows, length)).astype(np.int32))
    noise = draws.take(self, "noise", lambda random: random.random((rows, length, units)).astype(np.float32))
    rows_taken = draws.take(self, "row_order", lambda random: random.permutation(rows).astype(np.int32))
    positions_taken = draws.take(self, "position_order", lambda random: random.permutation(length).astype(np.int32))

    low, high = tf.reduce_min(x), tf.reduce_max(x)
    padded = x * mask + (tf.constant(noise) * (high - low) + low) * (1 - mask)
    other = tf.stop_gradient(tf.gather(tf.gather(padded, rows_taken), positions_taken, axis=1))
    kind = kind[:, :, None]
    replaced = tf.where(kind == 0, tf.broadcast_to(self.mask_vector, x.shape), tf.where(kind == 1, other, x))
    lm_mask = tf.constant(chosen[:, :, None], tf.bool)
    return tf.where(lm_mask, replaced, x), lm_mask


def observing(original, name):
    """The method as it is, its tensors written down under the layer's path."""

    def call(self, *arguments, **named):
        # Only losses draw ids.
        draws.loss_layer = self
        result = original(self, *arguments, **named)
        observed.setdefault((id(self), name), []).append((arguments, named, result))
        return result

    return call


def install():
    layers_utils.random_indices = random_indices
    tf.keras.layers.Dropout.call = dropout
    layers.SparseDropout.call = sparse_dropout
    transformer.MultiHeadAttention._drop_attention_logits = attention_dropout
    layers.InputMask.call = input_mask
    layers.SingleLabelDotProductLoss.__call__ = observing(layers.SingleLabelDotProductLoss.__call__, "loss")
    layers.MultiLabelDotProductLoss.__call__ = observing(layers.MultiLabelDotProductLoss.__call__, "loss")
    layers.CRF.loss = observing(layers.CRF.loss, "crf")
    rasa_layers.RasaSequenceLayer.__call__ = observing(rasa_layers.RasaSequenceLayer.__call__, "sequence")
    transformer.TransformerEncoder.__call__ = observing(transformer.TransformerEncoder.__call__, "transformer")
    scale_loss = layers._scale_loss

    def observed_scale_loss(log_likelihood):
        observed.setdefault("scale", []).append(log_likelihood)
        return scale_loss(log_likelihood)

    layers._scale_loss = observed_scale_loss
