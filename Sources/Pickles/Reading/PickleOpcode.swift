/// The opcodes of protocols 2 to 5 that make data, by their byte. Those that the table does not have are refused.
enum PickleOpcode: UInt8 {
    case protocolVersion = 0x80
    case frame = 0x95
    case stop = 0x2E
    case mark = 0x28
    case pop = 0x30
    case popMark = 0x31

    case none = 0x4E
    case newTrue = 0x88
    case newFalse = 0x89
    case int4 = 0x4A
    case int1 = 0x4B
    case int2 = 0x4D
    case long1 = 0x8A
    case long4 = 0x8B
    case float = 0x47
    case shortText = 0x8C
    case text = 0x58
    case longText = 0x8D
    case shortBytes = 0x43
    case bytes = 0x42
    case longBytes = 0x8E
    case byteArray = 0x96

    case emptyList = 0x5D
    case append = 0x61
    case appends = 0x65
    case emptyTuple = 0x29
    case tuple = 0x74
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyDictionary = 0x7D
    case setItem = 0x73
    case setItems = 0x75
    case emptySet = 0x8F
    case addItems = 0x90
    case frozenSet = 0x91

    case get1 = 0x68
    case get4 = 0x6A
    case put1 = 0x71
    case put4 = 0x72
    case memoize = 0x94

    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case newObject = 0x81
    case newObjectNamed = 0x92
    case build = 0x62

    /// Why an opcode that is not in the table is refused.
    static func refusal(_ byte: UInt8) -> String {
        switch byte {
        case 0x50, 0x51: "asks for an object from outside (a persistent id), which is not data"
        case 0x82, 0x83, 0x84: "names a class by an extension code, which is not data"
        case 0x97, 0x98: "asks for a buffer outside the file, which is not there"
        case 0x69, 0x6F: "makes objects as protocols 0 and 1 do (INST, OBJ), which is not read"
        case 0x46, 0x49, 0x4C, 0x53, 0x54, 0x55, 0x56, 0x64, 0x67, 0x6C, 0x70:
            "has an opcode of protocol 0 or 1, or of Python 2"
        default: "has an opcode that is not known, 0x\(String(byte, radix: 16))"
        }
    }
}
