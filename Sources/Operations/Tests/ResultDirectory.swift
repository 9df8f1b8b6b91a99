package import Evaluation
package import Prefork
import System

/// Where the results of tests go.
package struct ResultDirectory: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// Writes results; files of the same names are replaced.
    ///
    /// - Throws: ``BootFailure`` with the system's reason.
    package func write(_ files: [ReportFile]) throws(BootFailure) {
        for file in files { try write(file.bytes, to: file.name) }
    }

    func write(_ bytes: [UInt8], to name: String) throws(BootFailure) {
        do throws(SystemError) {
            try Directory.make(path, permissions: 0o755)
            try File.write(bytes, to: Directory.path(name, in: path), permissions: 0o644)
        } catch {
            throw BootFailure("'\(path)/\(name)' cannot be written: \(error)", status: ExitStatus.system)
        }
    }
}
