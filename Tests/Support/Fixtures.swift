package import JSON
import System

/// Files beside the tests.
package enum Fixtures {
    /// The root of the checkout.
    package static let checkout = directory(of: #filePath, above: "Tests")

    /// A file in `Fixtures` of the target whose test asks.
    package static func path(_ name: String, file: String = #filePath) -> String {
        let target = file.dropFirst("\(checkout)/Tests/".count).prefix { $0 != "/" }
        return "\(checkout)/Tests/\(target)/Fixtures/\(name)"
    }

    /// The content of a file in `Fixtures` of the target whose test asks.
    package static func bytes(_ name: String, file: String = #filePath) throws -> [UInt8] {
        try File.read(path(name, file: file))
    }

    /// The same as JSON.
    package static func json(_ name: String, file: String = #filePath) throws -> JSON {
        try JSON(parsing: bytes(name, file: file))
    }

    /// A file of another target's tests.
    package static func path(_ name: String, of target: String) -> String {
        "\(checkout)/Tests/\(target)/Fixtures/\(name)"
    }

    /// A file of those that several targets use.
    package static func shared(_ name: String) -> String { "\(checkout)/Tests/Fixtures/\(name)" }

    /// The same as JSON.
    package static func sharedJSON(_ name: String) throws -> JSON {
        try JSON(parsing: File.read(shared(name)))
    }

    private static func directory(of file: String, above name: String) -> String {
        var parts = file.split(separator: "/", omittingEmptySubsequences: false)
        while let last = parts.popLast(), last != name {}
        return parts.joined(separator: "/")
    }
}
