package import ExactText

/// A class or function that a pickle may name. It is never called: what the pickle would give to it is kept as an
/// ``PickleObject``.
package struct PickleClass: Sendable, Hashable {
    package let name: String

    package init(_ name: String) { self.name = name }

    package static func == (one: PickleClass, other: PickleClass) -> Bool { one.name.exact == other.name.exact }

    package func hash(into hasher: inout Hasher) { hasher.combine(name.exact) }
}

/// The closed table of the names that may appear in a pickle, by module and name as `scipy.sparse._coo.coo_matrix`.
/// Modules move between versions of a library, so that several names may lead to one class.
package typealias PickleClassTable = [ExactString: PickleClass]

extension PickleClass {
    package static let list = PickleClass("list")
    package static let dictionary = PickleClass("dict")
    package static let defaultDictionary = PickleClass("defaultdict")
    package static let orderedDictionary = PickleClass("OrderedDict")
    /// No bytes at all, as protocol 2 writes them.
    package static let emptyBytes = PickleClass("bytes")
    /// Bytes that protocol 2, which has none, writes as a text.
    package static let encodedText = PickleClass("encode")
    package static let arrayReconstruction = PickleClass("_reconstruct")
    package static let arrayFromBuffer = PickleClass("_frombuffer")
    package static let array = PickleClass("ndarray")
    package static let elementType = PickleClass("dtype")
    package static let scalar = PickleClass("scalar")
    package static let coordinateMatrix = PickleClass("coo_matrix")
    package static let compressedMatrix = PickleClass("csr_matrix")
    /// Stands for an array whose numbers follow in a file of joblib.
    package static let joblibArray = PickleClass("NumpyArrayWrapper")
    package static let reconstruction = PickleClass("_reconstructor")
    package static let object = PickleClass("object")

    /// What Python itself, NumPy, SciPy and joblib need for tables of numbers.
    package static let tables: PickleClassTable = {
        var table: PickleClassTable = [
            "builtins.list": .list, "builtins.dict": .dictionary, "builtins.object": .object,
            "__builtin__.bytes": .emptyBytes, "__builtin__.list": .list, "__builtin__.dict": .dictionary,
            "__builtin__.object": .object,
            "collections.defaultdict": .defaultDictionary, "collections.OrderedDict": .orderedDictionary,
            "_codecs.encode": .encodedText, "copyreg._reconstructor": .reconstruction,
            "copy_reg._reconstructor": .reconstruction, "numpy.ndarray": .array, "numpy.dtype": .elementType,
            "joblib.numpy_pickle.NumpyArrayWrapper": .joblibArray,
        ]
        for module in ["numpy.core", "numpy._core"] {
            table[ExactString("\(module).multiarray._reconstruct")] = .arrayReconstruction
            table[ExactString("\(module).multiarray.scalar")] = .scalar
            table[ExactString("\(module).numeric._frombuffer")] = .arrayFromBuffer
        }
        for module in ["_coo", "coo"] { table[ExactString("scipy.sparse.\(module).coo_matrix")] = .coordinateMatrix }
        for module in ["_csr", "csr"] { table[ExactString("scipy.sparse.\(module).csr_matrix")] = .compressedMatrix }
        return table
    }()
}
