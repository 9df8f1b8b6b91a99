/// Where one variable of a checkpoint lies in the data file (TensorFlow's `BundleEntryProto`).
struct BundleEntry {
    /// TensorFlow's number of the type: 1 is 32-bit floating point, 7 text.
    var type: UInt64 = 0
    var shape: [Int] = []
    var shard: UInt64 = 0
    var offset = 0
    var size = 0
    /// The masked CRC-32C of the bytes.
    var checkSum: UInt32 = 0

    static let float: UInt64 = 1
    static let text: UInt64 = 7
    static let int64: UInt64 = 9
    /// What the empty key has: one shard, little-endian, made by version 1 of the format (`BundleHeaderProto`).
    static let header: [UInt8] = [0x08, 0x01, 0x1A, 0x02, 0x08, 0x01]
    private static let maxDimensions = 8

    /// Whether the variable is made of 32-bit floating-point numbers.
    var isFloat: Bool { type == BundleEntry.float }

    init(type: UInt64, shape: [Int], offset: Int, size: Int, checkSum: UInt32) {
        self.type = type
        self.shape = shape
        self.offset = offset
        self.size = size
        self.checkSum = checkSum
    }

    /// Reads an entry; nil where it is malformed, has a negative size, or is cut in slices.
    init?(_ message: UnsafeRawBufferPointer.SubSequence) {
        var reader = WireReader(message)
        while !reader.isAtEnd {
            guard let field = reader.field() else { return nil }
            switch (field.number, field.value) {
            case (1, .number(let value)): type = value
            case (2, .bytes(let value)):
                guard let sizes = BundleEntry.shape(value) else { return nil }
                shape = sizes
            case (3, .number(let value)): shard = value
            case (4, .number(let value)):
                guard let value = Int(exactly: value) else { return nil }
                offset = value
            case (5, .number(let value)):
                guard let value = Int(exactly: value) else { return nil }
                size = value
            case (6, .number(let value)): checkSum = UInt32(truncatingIfNeeded: value)
            default: return nil
            }
        }
    }

    /// The entry as ``init(_:)`` reads it, in the only shard.
    func encoded() -> [UInt8] {
        var sizes = WireWriter()
        for size in shape {
            var dimension = WireWriter()
            // What is zero is left out.
            if size != 0 { dimension.field(1, number: size) }
            sizes.field(2, bytes: dimension.bytes)
        }
        var entry = WireWriter()
        entry.field(1, number: Int(type))
        entry.field(2, bytes: sizes.bytes)
        if offset != 0 { entry.field(4, number: offset) }
        if size != 0 { entry.field(5, number: size) }
        entry.field(6, fixed: checkSum)
        return entry.bytes
    }

    /// Whether the bytes lie in a data file of this length and are as many as shape and type ask for.
    func fits(dataSize: Int) -> Bool {
        guard shard == 0, offset <= dataSize, size <= dataSize - offset, let count = elementCount(ofShape: shape) else {
            return false
        }
        guard let width = width else { return true }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: width)
        return !overflow && bytes == size
    }

    /// Bytes of one number; nil for types that are never used at inference.
    private var width: Int? {
        switch type {
        case 1, 3, 22: 4
        case 2, 9, 23: 8
        case 4, 6, 10: 1
        case 5, 17, 19: 2
        default: nil
        }
    }

    private static func shape(_ message: UnsafeRawBufferPointer.SubSequence) -> [Int]? {
        var reader = WireReader(message)
        var sizes: [Int] = []
        while !reader.isAtEnd {
            guard let field = reader.field() else { return nil }
            guard field.number == 2, case .bytes(let dimension) = field.value else { return nil }
            guard let size = size(dimension), sizes.count < maxDimensions else { return nil }
            sizes.append(size)
        }
        return sizes
    }

    private static func size(_ message: UnsafeRawBufferPointer.SubSequence) -> Int? {
        var reader = WireReader(message)
        var size = 0
        while !reader.isAtEnd {
            guard let field = reader.field() else { return nil }
            guard field.number == 1, case .number(let value) = field.value else { continue }
            // A negative size is a number beyond Int.max here.
            guard let value = Int(exactly: value) else { return nil }
            size = value
        }
        return size
    }
}
