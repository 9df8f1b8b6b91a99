import NIOHTTP1

/// One header of a response.
package struct HTTPField: Sendable, Hashable {
    /// The name, in lower case.
    package let name: String
    /// The value; line breaks in it are written as spaces.
    package let value: String

    /// A header by name and value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The headers of a request, in the order in which they came.
package struct RequestHeaders: Sendable {
    let fields: HTTPHeaders

    init(_ fields: HTTPHeaders) {
        self.fields = fields
    }

    /// Headers as a test or a program writes them.
    package init(_ fields: [(String, String)] = []) {
        self.fields = HTTPHeaders(fields)
    }

    /// The first value under this name, upper and lower case alike; nil where there is none.
    package subscript(name: String) -> String? {
        fields.first(name: name)
    }

    /// All values under this name, one for each line of the head.
    package func all(_ name: String) -> [String] {
        fields[name]
    }
}
