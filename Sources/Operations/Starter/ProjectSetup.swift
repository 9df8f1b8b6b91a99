import ExactText
import Glibc
import Prefork
import System
import Training

/// `parley init`: makes a starter project and trains its model.
package struct ProjectSetup {
    private let directory: String?
    private let asks: Bool

    /// - Parameters:
    ///   - directory: Where the project is to be; nil asks, or takes the current directory.
    ///   - asks: Whether questions are asked; otherwise each has its default.
    package init(directory: String?, asks: Bool) { (self.directory, self.asks) = (directory, asks) }

    /// - Throws: ``BootFailure`` where the project cannot be made, ``ReportedFailure`` where it cannot be trained.
    package func run() throws {
        guard let directory = chosenDirectory(), mayMake(directory) else {
            return Output.line("No project was made; 'parley init' begins again.")
        }
        let project = StarterProject(assistantID: "starter-\(RandomID.hex())")
        let present = project.present(in: directory)
        guard present.isEmpty else {
            throw BootFailure(
                "'\(directory)' has \(present.joined(separator: ", ")) already, which would be lost; "
                    + "name another directory by --init-dir", status: ExitStatus.usage)
        }
        try project.write(to: directory)
        guard chdir(directory) == 0 else {
            throw BootFailure("cannot enter '\(directory)': \(SystemError())", status: ExitStatus.noInput)
        }
        Output.line("The project is in '\(directory)'.")
        guard confirms("Train a model now?") else { return Output.line("'parley train' trains a model there.") }
        var request = TrainingRequest()
        request.check = ProjectCheck(failsOnWarnings: false, maxHistory: nil)
        try TrainingRun(request).run()
        Output.line("'parley run --enable-api' serves it from there, 'parley shell' talks with it.")
    }

    private func chosenDirectory() -> String? {
        if let directory { return directory }
        guard asks else { return "." }
        guard let text = reply(to: "Directory of the project [.]: ") else { return nil }
        return text.isEmpty ? "." : text
    }

    /// Whether the directory is there, or is wanted; it is made with the files.
    private func mayMake(_ directory: String) -> Bool {
        File.exists(directory) || confirms("'\(directory)' does not exist. Make it?")
    }

    /// Whether the user says yes, or just presses enter; the end of the input is no.
    private func confirms(_ question: String) -> Bool {
        guard asks else { return true }
        guard let reply = reply(to: "\(question) [Y/n]: ") else { return false }
        return ["", "y", "Y", "yes", "Yes"].contains(exact: reply)
    }

    private func reply(to question: String) -> String? {
        Output.write(question, to: STDOUT_FILENO)
        return readLine().map { String($0.exact.trimming(while: \.properties.isWhitespace)) }
    }
}
