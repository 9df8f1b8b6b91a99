internal import NIOHTTP1

/// One header of an answer.
public struct HTTPField: Sendable, Hashable {
    /// The name, in lower case.
    public let name: String
    /// The value; line breaks in it are written as spaces.
    public let value: String

    /// A header by name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The headers of a request, in the order in which they came.
public struct RequestFields: Sendable {
    let fields: HTTPHeaders

    init(_ fields: HTTPHeaders) {
        self.fields = fields
    }

    /// Headers as a test or a program writes them.
    public init(_ fields: [(String, String)] = []) {
        self.fields = HTTPHeaders(fields)
    }

    /// The first value under this name, upper and lower case alike; nil where there is none.
    public subscript(name: String) -> String? {
        fields.first(name: name)
    }

    /// All values under this name, one for each line of the head.
    public func all(_ name: String) -> [String] {
        fields[name]
    }
}
