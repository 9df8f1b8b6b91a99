import Glibc

/// Environment variables: those of the process, or others in tests. Read at the time of asking.
package struct EnvironmentVariables: Sendable {
    private let lookUp: @Sendable (String) throws(UnreadableVariable) -> String?
    private let list: @Sendable () -> [String]

    /// The variables of this process.
    package static let process = EnvironmentVariables(
        lookUp: { name in getenv(name).map { String(cString: $0) } }, names: { namesOfProcess })

    /// Variables of one's own choice.
    ///
    /// - Parameter names: Which there are.
    package init(
        lookUp: @escaping @Sendable (String) throws(UnreadableVariable) -> String?,
        names: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.lookUp = lookUp
        list = names
    }

    /// The names of all variables that are set.
    package var names: [String] { list() }

    private static var namesOfProcess: [String] {
        var names: [String] = []
        var next = environ
        while let variable = next.pointee {
            let name = UnsafeRawBufferPointer(start: variable, count: strcspn(variable, "="))
            names.append(String(decoding: name, as: UTF8.self))
            next += 1
        }
        return names
    }

    /// The value of a variable; nil if it is not set, or cannot be read.
    package subscript(name: String) -> String? { try? lookUp(name) }

    /// The value of a variable; nil if it is not set.
    ///
    /// - Throws: ``UnreadableVariable`` where its value is to be in a file and is not.
    package func value(of name: String) throws(UnreadableVariable) -> String? { try lookUp(name) }
}

/// A variable whose value is in a file that cannot be read.
package struct UnreadableVariable: Error, Hashable, CustomStringConvertible {
    /// What is wrong, in a sentence that names the variable and the file.
    package let description: String

    package init(_ description: String) { self.description = description }
}
