package import ExactText
import JSON

extension SafeTensor {
    /// A whole safetensors file as the library writes it: wide types first, and tensors of a type by name.
    package static func file(_ tensors: [ExactString: SafeTensor]) -> [UInt8] {
        let sorted = tensors.sorted { left, right in
            let (leftPlace, rightPlace) = (left.value.numbers.type.place, right.value.numbers.type.place)
            return leftPlace == rightPlace ? left.key < right.key : leftPlace < rightPlace
        }
        var header: JSONObject = [:]
        var body: [UInt8] = []
        for (name, tensor) in sorted {
            let start = body.count
            tensor.numbers.append(to: &body)
            header[name.string] = [
                "dtype": .string(tensor.numbers.type.name), "shape": .array(tensor.shape.map { .int($0) }),
                "data_offsets": [.int(start), .int(body.count)],
            ]
        }
        var text = JSON.object(header).encoded()
        // The numbers begin at a multiple of eight.
        text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text + body
    }
}

extension SafeTensor.Numbers {
    fileprivate var type: (name: String, place: Int) {
        switch self {
        case .int64: ("I64", 0)
        case .double: ("F64", 1)
        case .float: ("F32", 2)
        case .int32: ("I32", 3)
        }
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        switch self {
        case .float(let values): values.withUnsafeBytes { bytes += $0 }
        case .double(let values): values.withUnsafeBytes { bytes += $0 }
        case .int32(let values): values.withUnsafeBytes { bytes += $0 }
        case .int64(let values): values.withUnsafeBytes { bytes += $0 }
        }
    }
}
