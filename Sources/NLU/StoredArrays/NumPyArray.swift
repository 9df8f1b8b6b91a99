import ExactText

/// An array of numbers or texts as NumPy writes it to a file.
struct NumPyArray {
    enum Elements {
        case numbers([Double])
        case texts([String])
    }

    let shape: [Int]
    let elements: Elements

    /// Reads a file in NumPy's format; nil if it is none, or holds other things than 8-byte numbers and texts.
    init?(_ file: ArraySlice<UInt8>) {
        let bytes = Array(file)
        guard bytes.count > 12, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else { return nil }
        let lengthSize = bytes[6] == 1 ? 2 : 4
        let headerSize = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = 8 + lengthSize + headerSize
        guard start <= bytes.count else { return nil }
        let header = String(decoding: bytes[8 + lengthSize..<start], as: UTF8.self)
        guard let type = Self.value(of: "descr", in: header, until: ","),
            let shape = Self.value(of: "shape", in: header, until: ")"),
            let order = Self.value(of: "fortran_order", in: header, until: ",")
        else { return nil }
        let sizes = shape.exact.split(whereSeparator: { !("0"..."9").contains($0) }).compactMap { Int($0) }
        var count = 1
        for size in sizes {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= bytes.count else { return nil }
            count = product
        }
        self.shape = sizes
        let body = bytes[start...]
        if type == "<f8" {
            guard body.count == 8 * count else { return nil }
            let numbers = (0..<count).map { Self.number(body, start + 8 * $0) }
            elements = .numbers(order == "True" ? Self.rowByRow(numbers, sizes) : numbers)
        } else if type.exact.hasPrefix("<U"), let length = Int(type.dropFirst(2)), sizes.count == 1 {
            guard body.count == 4 * length * count else { return nil }
            elements = .texts((0..<count).map { Self.text(body, start + 4 * length * $0, length) })
        } else {
            return nil
        }
    }

    /// The numbers; nil if the array holds texts.
    var numbers: [Double]? { if case .numbers(let numbers) = elements { numbers } else { nil } }

    /// The texts; nil if the array holds numbers.
    var texts: [String]? { if case .texts(let texts) = elements { texts } else { nil } }

    /// What stands behind a key of the header, which is the text of a Python dictionary.
    private static func value(of key: String, in header: String, until end: Unicode.Scalar) -> String? {
        let parts = header.exact.components(separatedBy: "'\(key)':")
        guard parts.count == 2 else { return nil }
        let value = parts[1].unicodeScalars.prefix { $0 != end }.filter { !" '(".unicodeScalars.contains($0) }
        return String(String.UnicodeScalarView(value))
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ place: Int) -> Double {
        Double(bitPattern: bytes[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// A text of 4 bytes per character, filled with zeros.
    private static func text(_ bytes: ArraySlice<UInt8>, _ place: Int, _ length: Int) -> String {
        var text = String.UnicodeScalarView()
        for index in 0..<length {
            let at = place + 4 * index
            let value = bytes[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard value != 0 else { break }
            text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return String(text)
    }

    /// A matrix that was written column by column.
    private static func rowByRow(_ numbers: [Double], _ shape: [Int]) -> [Double] {
        guard shape.count == 2 else { return numbers }
        return (0..<shape[0]).flatMap { row in (0..<shape[1]).map { numbers[$0 * shape[0] + row] } }
    }
}
