import ExactText
package import Glibc

/// Directories and what is in them.
package enum Directory {
    /// The names of what is in a directory, in no order, without `.` and `..`.
    ///
    /// - Throws: ``SystemError`` where it cannot be read.
    package static func names(in directory: String) throws(SystemError) -> [String] {
        guard let directory = opendir(directory) else { throw SystemError() }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// The path of what has a name in a directory.
    package static func path(_ name: String, in directory: String) -> String {
        directory.exact.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// Makes a directory and those above it; one that is there already is none to make.
    ///
    /// - Parameter permissions: Of the directories that are made.
    /// - Throws: ``SystemError``.
    package static func make(_ path: String, permissions: mode_t) throws(SystemError) {
        var made = path.exact.hasPrefix("/") ? "" : "."
        for part in path.exact.split(separator: "/") {
            made += "/\(part)"
            guard mkdir(made, permissions) != 0 else { continue }
            let failure = SystemError()
            // What may not be made may be there.
            guard failure.code == EEXIST || access(made, F_OK) == 0 else { throw failure }
        }
    }

    /// Makes a directory of this user's own, with a name that nobody else has.
    ///
    /// - Parameter beginning: How its path begins.
    /// - Returns: Its path.
    /// - Throws: ``SystemError``.
    package static func makeTemporary(_ beginning: String) throws(SystemError) -> String {
        var template = Array("\(beginning)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError() }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Deletes a file, or a directory with everything in it, as far as the system allows; links are deleted, never
    /// followed.
    package static func delete(_ path: String) {
        if unlink(path) == 0 { return }
        for name in (try? names(in: path)) ?? [] { delete("\(path)/\(name)") }
        rmdir(path)
    }
}
