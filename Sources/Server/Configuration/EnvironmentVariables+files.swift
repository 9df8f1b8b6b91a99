import ExactText
package import System

/// Secrets that are in files, as Docker, Kubernetes and systemd hand them over: they stay out of lists of processes, and
/// can be changed while a program runs.
extension EnvironmentVariables {
    /// The same, where a variable that is not set has the content of the file that `NAME_FILE` names, else of the file
    /// `NAME` in `CREDENTIALS_DIRECTORY`; without line breaks at its end.
    ///
    /// - Parameter source: Reads the files.
    package func withFiles(from source: ConfigurationSource) -> EnvironmentVariables {
        let names = self.names
        return EnvironmentVariables(
            lookUp: { name throws(UnreadableVariable) in
                if let value = try self.value(of: name) { return value }
                if let path = self["\(name)_FILE"], !path.isEmpty {
                    return try Self.content(of: path, "the file '\(path)' (\(name)_FILE)", source)
                }
                guard let directory = self["CREDENTIALS_DIRECTORY"], Self.isFileName(name),
                    source.exists("\(directory)/\(name)")
                else { return nil }
                let path = "\(directory)/\(name)"
                return try Self.content(of: path, "the credential '\(path)'", source)
            }, names: { names })
    }

    private static func content(
        of path: String, _ what: String, _ source: ConfigurationSource
    ) throws(UnreadableVariable) -> String {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try SmallFile.read(path, from: source)
        } catch {
            throw UnreadableVariable("\(what) cannot be read: \(error)")
        }
        let isLineBreak = { (byte: UInt8) in byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
        let end = bytes.lastIndex { !isLineBreak($0) }.map { $0 + 1 } ?? 0
        guard let text = String(validating: bytes[..<end], as: UTF8.self), !bytes.contains(0) else {
            throw UnreadableVariable("\(what) is not valid UTF-8")
        }
        return text
    }

    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && !name.exact.hasPrefix(".") && !name.exact.contains("/")
    }
}
