package import Prefork
import RasaCompatibility
import Training

/// `parley convert`: writes an older archive in the form of today's.
package struct Conversion: Sendable {
    private let source: String
    private let target: String
    private let data: [String]

    package init(_ source: String, to target: String, data: [String]) {
        (self.source, self.target, self.data) = (source, target, data)
    }

    /// - Throws: ``BootFailure``; names the archive and the member.
    package func run() throws(BootFailure) {
        do throws(TrainingError) {
            let version = try ArchiveConversion(source, to: target, data: data).run()
            Output.line(
                "'\(target)' has the model of '\(source)' (Rasa \(version)) as \(RasaVersion.compatible) writes it.")
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.data)
        }
    }
}
