import ExactText
import Glibc
import NIOConcurrencyHelpers
package import System

/// Where the files of the configuration are read: on the disk, or from what an earlier reading found there.
///
/// A reload reads them once, in a process of its own, and hands on what it has found. So all workers of a generation are
/// started with the same settings, and those that replace them later too, whatever has become of the files meanwhile.
package final class ConfigurationSource: Sendable {
    /// What was found at a path; nil for nothing.
    private typealias Findings = [ExactString: [UInt8]?]

    private let findings: NIOLockedValueBox<Findings>
    /// Whether nothing is read from the disk.
    package let isRecorded: Bool

    /// The disk.
    package init() {
        findings = NIOLockedValueBox([:])
        isRecorded = false
    }

    /// What an earlier reading found.
    ///
    /// - Parameter recording: Made by ``recording``.
    package init(recording: [UInt8]) {
        var findings: Findings = [:]
        var rest = recording.dropFirst(Self.mark.count)
        while let path = Self.text(&rest) {
            let exists = rest.popFirst() == 1
            findings.updateValue(exists ? Self.text(&rest) : nil, forKey: Self.key(path))
        }
        self.findings = NIOLockedValueBox(findings)
        isRecorded = true
    }

    /// Whether there is something at a path.
    package func exists(_ path: String) -> Bool {
        findings.withLockedValue { findings in
            if let known = findings[path] { return known != nil }
            guard !isRecorded, access(path, F_OK) == 0 else {
                findings.updateValue(nil, forKey: ExactString(path))
                return false
            }
            return true
        }
    }

    /// The bytes of a file; read at most once.
    ///
    /// - Parameters:
    ///   - limit: How many there may be.
    ///   - flags: As for ``File``.
    /// - Throws: ``SystemError``.
    package func read(_ path: String, atMost limit: Int, flags: Int32 = 0) throws(SystemError) -> [UInt8] {
        if let known = findings.withLockedValue({ $0[path] }) {
            guard let known else { throw SystemError(code: ENOENT) }
            return known
        }
        guard !isRecorded else { throw SystemError(code: ENOENT) }
        let bytes = try File.read(path, atMost: limit, flags: flags)
        findings.withLockedValue { $0[ExactString(path)] = bytes }
        return bytes
    }

    /// A path that was looked up, or what an earlier reading has looked up.
    ///
    /// - Parameter name: Tells it from all others; no path.
    package func lookedUp<Failure>(_ name: String, _ lookUp: () throws(Failure) -> String?) throws(Failure) -> String? {
        if let known = findings.withLockedValue({ $0[name] }) {
            return known.map { String(decoding: $0, as: UTF8.self) }
        }
        let path = isRecorded ? nil : try lookUp()
        findings.withLockedValue { _ = $0.updateValue(path.map { Array($0.utf8) }, forKey: ExactString(name)) }
        return path
    }

    /// All that was found, for other processes of this program; never empty.
    package var recording: [UInt8] {
        findings.withLockedValue { findings in
            findings.reduce(into: Self.mark) { bytes, finding in
                Self.append(Array(finding.key.string.utf8), to: &bytes)
                bytes.append(finding.value == nil ? 0 : 1)
                if let content = finding.value { Self.append(content, to: &bytes) }
            }
        }
    }

    // MARK: Bytes

    private static let mark: [UInt8] = [1]

    private static func key(_ bytes: [UInt8]) -> ExactString { ExactString(String(decoding: bytes, as: UTF8.self)) }

    /// The length in eight bytes, then the bytes.
    private static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
        bytes += content
    }

    private static func text(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.count >= 8 else { return nil }
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length >= 0, bytes.count - 8 >= length else { return nil }
        defer { bytes = bytes.dropFirst(8 + length) }
        return Array(bytes.dropFirst(8).prefix(length))
    }
}

extension SmallFile {
    /// - Throws: ``SystemError``.
    static func read(_ path: String, from source: ConfigurationSource) throws(SystemError) -> [UInt8] {
        try source.read(path, atMost: maxBytes, flags: O_NONBLOCK)
    }
}
