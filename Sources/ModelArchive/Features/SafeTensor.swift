import ExactText
import JSON

/// One tensor of a safetensors file, with its numbers copied out.
package struct SafeTensor: Sendable, Hashable {
    /// The numbers in the type in which the file holds them, row by row.
    package enum Numbers: Sendable, Hashable {
        case float([Float])
        case double([Double])
        case int32([Int32])
        case int64([Int64])
    }

    /// The size of each dimension; empty for a single number.
    package let shape: [Int]
    package let numbers: Numbers

    package init(shape: [Int], numbers: Numbers) {
        self.shape = shape
        self.numbers = numbers
    }

    /// A tensor of one dimension.
    package init(_ values: [Float]) { self.init(shape: [values.count], numbers: .float(values)) }

    /// The numbers as 32-bit floating point, rounded where needed.
    package var floats: [Float] {
        switch numbers {
        case .float(let values): values
        case .double(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        }
    }

    package var doubles: [Double] {
        switch numbers {
        case .float(let values): values.map { Double($0) }
        case .double(let values): values
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        }
    }

    /// The numbers as integers; nil where one is not whole.
    package var integers: [Int]? {
        switch numbers {
        case .int32(let values): return values.map { Int($0) }
        case .int64(let values): return values.map { Int($0) }
        case .float, .double:
            let whole = doubles.compactMap { Int(exactly: $0) }
            return whole.count == count ? whole : nil
        }
    }

    package var count: Int {
        switch numbers {
        case .float(let values): values.count
        case .double(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        }
    }
}

extension SafeTensor {
    /// Reads a whole safetensors file.
    ///
    /// - Throws: ``ArchiveError`` with `.badFile`, naming `name`, where the header, a shape or a range does not fit.
    static func read(_ file: UnsafeRawBufferPointer, name: String) throws(ArchiveError) -> [ExactString: SafeTensor] {
        func refuse(_ what: String) -> ArchiveError { ArchiveError(.badFile, "\(name): \(what)") }
        guard file.count >= 8 else { throw refuse("shorter than the header of a safetensors file") }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(file.count - 8) else { throw refuse("the safetensors header is cut off") }
        let header: JSON
        do {
            header = try JSON(parsing: UnsafeRawBufferPointer(rebasing: file[8..<8 + Int(length)]))
        } catch {
            throw refuse("the safetensors header is not JSON: \(error)")
        }
        guard case .object(let entries) = header else { throw refuse("the safetensors header is not an object") }
        let body = UnsafeRawBufferPointer(rebasing: file[(8 + Int(length))...])
        var tensors: [ExactString: SafeTensor] = [:]
        tensors.reserveCapacity(entries.count)
        for (key, entry) in entries where key != "__metadata__" {
            guard let shape = entry["shape"]?.array?.compactMap(\.int), shape.count == entry["shape"]?.array?.count,
                let count = elementCount(ofShape: shape)
            else { throw refuse("the shape of tensor '\(key)' is not a list of sizes") }
            guard let offsets = entry["data_offsets"]?.array?.compactMap(\.int), offsets.count == 2,
                0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= body.count
            else { throw refuse("tensor '\(key)' lies outside the file") }
            let bytes = UnsafeRawBufferPointer(rebasing: body[offsets[0]..<offsets[1]])
            let type = entry["dtype"]?.string ?? "none"
            guard let width = width(ofType: type) else { throw refuse("tensor '\(key)' has the unknown type \(type)") }
            let (needed, overflow) = count.multipliedReportingOverflow(by: width)
            guard !overflow, needed == bytes.count else {
                throw refuse("tensor '\(key)' has \(bytes.count) bytes, which its shape and type do not fit")
            }
            tensors[key] = SafeTensor(shape: shape, numbers: numbers(of: type, in: bytes))
        }
        return tensors
    }

    private static func width(ofType type: String) -> Int? {
        switch type {
        case "F32", "I32": 4
        case "F64", "I64": 8
        default: nil
        }
    }

    private static func numbers(of type: String, in bytes: UnsafeRawBufferPointer) -> Numbers {
        switch type {
        case "F32": .float(copy(bytes))
        case "F64": .double(copy(bytes))
        case "I32": .int32(copy(bytes))
        default: .int64(copy(bytes))
        }
    }

    /// Copies numbers out of memory that may not be aligned for them. (Parley runs on little-endian machines only, as
    /// the files are.)
    private static func copy<Number: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Number] {
        let count = bytes.count / MemoryLayout<Number>.stride
        return [Number](unsafeUninitializedCapacity: count) { numbers, filled in
            UnsafeMutableRawBufferPointer(numbers).copyMemory(from: bytes)
            filled = count
        }
    }
}

/// The product of sizes; nil where one is negative or the product does not fit.
func elementCount(ofShape shape: [Int]) -> Int? {
    var product = 1
    for size in shape {
        guard size >= 0 else { return nil }
        let (next, overflow) = product.multipliedReportingOverflow(by: size)
        guard !overflow else { return nil }
        product = next
    }
    return product
}
