import ExactText
import OrderedCollections
import Pickles

/// Feature arrays out of a pickle: dictionaries of lists of Rasa's `FeatureArray`, an array of NumPy with three more
/// members: the number of dimensions, whether it is sparse, its units.
struct PickledFeatureArrays {
    /// For errors.
    let path: String

    private static let maxDepth = 8

    func table(_ value: PickleValue) throws(ArchiveError) -> FeatureArrayTable {
        var table = FeatureArrayTable()
        guard let outer = value.entries else { throw refuse("holds no dictionary of feature arrays") }
        for attribute in outer {
            guard let name = attribute.key.text, let kinds = attribute.value.entries else {
                throw refuse("holds no dictionary of feature arrays")
            }
            var inner = OrderedDictionary<ExactString, FeatureArrays>()
            for kind in kinds {
                guard let kindName = kind.key.text, let arrays = kind.value.elements else {
                    throw refuse("has no list of feature arrays for '\(name)'")
                }
                var entries: [FeatureArrays.Entry] = []
                for array in arrays { entries.append(try entry(array)) }
                inner[kindName.exact] = FeatureArrays(entries: entries)
            }
            table[name.exact] = inner
        }
        return table
    }

    private func entry(_ value: PickleValue) throws(ArchiveError) -> FeatureArrays.Entry {
        // Behind the five members of an array.
        guard let array = PickledArray(value, of: .featureArray), let state = value.state?.elements, state.count > 5,
            let dimensions = state[5].integer
        else { throw refuse("has a feature array that cannot be read") }
        return FeatureArrays.Entry(numberOfDimensions: dimensions, array: try contents(array, 0))
    }

    /// The elements of an array as Rasa makes lists of them: numbers row by row, anything else as it is.
    private func contents(_ array: PickledArray, _ depth: Int) throws(ArchiveError) -> FeatureArray {
        if let objects = array.objects {
            guard array.shape.count == 1 else { return .group(try group(objects, array.shape, depth)) }
            return .group(try all(objects, depth))
        }
        guard let numbers = array.doubles else { throw refuse("has a feature array of something else than numbers") }
        return FeatureArray.nested(numbers[...], array.shape[...])
    }

    /// Objects in several dimensions, as lists of lists.
    private func group(_ objects: [PickleValue], _ shape: [Int], _ depth: Int) throws(ArchiveError) -> [FeatureArray] {
        guard depth < Self.maxDepth, shape.count > 1, let size = shape.first else { return try all(objects, depth) }
        let width = size == 0 ? 0 : objects.count / size
        var parts: [FeatureArray] = []
        for index in 0..<size {
            let part = Array(objects[index * width..<(index + 1) * width])
            parts.append(.group(try group(part, Array(shape.dropFirst()), depth + 1)))
        }
        return parts
    }

    private func all(_ values: [PickleValue], _ depth: Int) throws(ArchiveError) -> [FeatureArray] {
        var all: [FeatureArray] = []
        for value in values { all.append(try item(value, depth + 1)) }
        return all
    }

    private func item(_ value: PickleValue, _ depth: Int) throws(ArchiveError) -> FeatureArray {
        guard depth < Self.maxDepth else { throw refuse("nests feature arrays more than \(Self.maxDepth) levels deep") }
        if let matrix = SparseMatrix(value) { return .sparse(SparseFeatures(matrix)) }
        if let array = PickledArray(value) ?? PickledArray(value, of: .featureArray) {
            if array.objects == nil, array.shape.count <= 2, let values = array.floats {
                return .dense(shape: array.shape, values: values)
            }
            return try contents(array, depth)
        }
        if let elements = value.elements {
            let numbers = elements.compactMap(\.number)
            return numbers.count == elements.count ? .list(numbers) : .group(try all(elements, depth))
        }
        if let number = value.number { return .list([number]) }
        throw refuse("has a feature array of something else than numbers")
    }

    private func refuse(_ what: String) -> ArchiveError { ArchiveError(.badFile, "\(path): the pickle \(what)") }
}

extension FeatureArray {
    /// Numbers of this shape as lists of lists.
    fileprivate static func nested(_ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> FeatureArray {
        guard shape.count > 1, let size = shape.first, size > 0 else { return .list(Array(numbers)) }
        let width = numbers.count / size
        return .group(
            (0..<size).map { index in
                let start = numbers.startIndex + index * width
                return nested(numbers[start..<start + width], shape.dropFirst())
            })
    }
}

extension SparseFeatures {
    init(_ matrix: SparseMatrix) {
        self.init(
            rows: matrix.rows, columns: matrix.columns,
            rowIndices: matrix.rowIndices.map { Int32(truncatingIfNeeded: $0) },
            columnIndices: matrix.columnIndices.map { Int32(truncatingIfNeeded: $0) },
            values: matrix.values.map { Float($0) })
    }
}
