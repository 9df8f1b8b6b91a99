import ExactText

/// Names of archive members that stay inside the archive.
enum MemberName {
    static let maxLength = 1024

    /// The path of a member without `.` and empty parts; empty for the archive's root.
    ///
    /// - Throws: ``ArchiveError`` with `.unsafeMember` for an absolute name of a file, `..`, or a name that is not
    ///   UTF-8.
    static func path(_ name: [UInt8], archive: String) throws(ArchiveError) -> String {
        guard name.count <= maxLength, let text = String(validating: name, as: UTF8.self) else {
            throw ArchiveError(.unsafeMember, "\(archive) has a member whose name is too long or not UTF-8")
        }
        let parts = text.exact.split(separator: "/").filter { $0 != "." }
        // Rasa writes the root itself as "/".
        guard !text.exact.hasPrefix("/") || parts.isEmpty else {
            throw ArchiveError(.unsafeMember, "\(archive) has the member '\(text)', an absolute path")
        }
        guard !parts.contains("..") else {
            throw ArchiveError(.unsafeMember, "\(archive) has the member '\(text)', which leaves the archive by '..'")
        }
        return parts.joined(separator: "/")
    }
}
