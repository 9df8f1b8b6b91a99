import NIOHTTP1

/// A request method, case sensitive.
package struct HTTPMethod: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The word as it was sent.
    package let rawValue: String

    /// A method of any name.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    init(_ method: NIOHTTP1.HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .POST: self = .post
        case .PUT: self = .put
        case .DELETE: self = .delete
        case .HEAD: self = .head
        case .OPTIONS: self = .options
        case .PATCH: self = .patch
        default: self.init(rawValue: method.rawValue)
        }
    }

    /// The word.
    package var description: String { rawValue }

    /// Reads.
    package static let get = HTTPMethod(rawValue: "GET")
    /// Reads without the body.
    package static let head = HTTPMethod(rawValue: "HEAD")
    /// Acts or adds.
    package static let post = HTTPMethod(rawValue: "POST")
    /// Replaces.
    package static let put = HTTPMethod(rawValue: "PUT")
    /// Removes.
    package static let delete = HTTPMethod(rawValue: "DELETE")
    /// Asks what is allowed.
    package static let options = HTTPMethod(rawValue: "OPTIONS")
    /// Changes in part.
    package static let patch = HTTPMethod(rawValue: "PATCH")
}
