internal import NIOHTTP1

/// A request method, case sensitive.
public struct HTTPMethod: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The word as it was sent.
    public let rawValue: String

    /// A method of any name.
    public init(rawValue: String) {
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
    public var description: String { rawValue }

    /// Reads.
    public static let get = HTTPMethod(rawValue: "GET")
    /// Reads without the body.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Acts or adds.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Replaces.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Removes.
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// Asks what is allowed.
    public static let options = HTTPMethod(rawValue: "OPTIONS")
    /// Changes in part.
    public static let patch = HTTPMethod(rawValue: "PATCH")
}
