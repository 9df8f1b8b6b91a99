import JSON

/// The packets of Socket.IO, protocol 5, inside the messages of Engine.IO.
struct SocketPacket {
    /// The kinds that a client may send here; packets with binary parts are not among them.
    enum Kind: UInt8 {
        case connect = 0x30
        case disconnect = 0x31
        case event = 0x32
        case acknowledgement = 0x33
        case refusal = 0x34
    }

    var kind: Kind
    var namespace: String
    /// The number under which the sender wants to hear that the packet was dealt with.
    var number: Int?
    var data: JSON?

    init(_ kind: Kind, namespace: String, number: Int? = nil, data: JSON? = nil) {
        self.kind = kind
        self.namespace = namespace
        self.number = number
        self.data = data
    }

    /// Reads a packet; nil for anything that is none.
    init?(_ text: Substring) {
        var rest = text.utf8
        guard let first = rest.popFirst(), let kind = Kind(rawValue: first) else { return nil }
        self.kind = kind
        namespace = "/"
        if rest.first == UInt8(ascii: "/") {
            let name = rest.prefix { $0 != UInt8(ascii: ",") }
            namespace = String(Substring(name.prefix { $0 != UInt8(ascii: "?") }))
            rest = rest[name.endIndex...].dropFirst()
        }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if !digits.isEmpty {
            guard let number = Int(Substring(digits)) else { return nil }
            self.number = number
            rest = rest[digits.endIndex...]
        }
        if !rest.isEmpty {
            guard let data = try? JSON(parsing: Array(rest)) else { return nil }
            self.data = data
        }
    }

    var text: String {
        var text = String(Unicode.Scalar(kind.rawValue))
        if namespace != "/" { text += "\(namespace)," }
        if let number { text += String(number) }
        if let data { text += data.text() }
        return text
    }
}
