package import Prefork
package import System

extension EnvironmentVariables {
    /// A variable that holds a whole number.
    ///
    /// - Parameter fallback: What holds when it is not set.
    /// - Throws: ``BootFailure`` when it is set to anything but a number of at least `minimum`.
    package func number(_ name: String, minimum: Int, fallback: Int) throws(BootFailure) -> Int {
        guard let text = self[name] else { return fallback }
        guard let number = Int(text), number >= minimum else {
            throw BootFailure(
                "\(name) is '\(text)'; it must be a whole number of at least \(minimum)",
                status: ExitStatus.configuration)
        }
        return number
    }

    /// A variable that holds true or false.
    ///
    /// - Throws: ``BootFailure`` when it is set to anything else.
    func flag(_ name: String, fallback: Bool) throws(BootFailure) -> Bool {
        guard let text = self[name] else { return fallback }
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default:
            throw BootFailure(
                "\(name) is '\(text)'; it must be true, 1, false or 0", status: ExitStatus.configuration)
        }
    }

    /// What a flag says, else a variable.
    ///
    /// - Throws: ``BootFailure`` where the variable's value is to be in a file and is not.
    package func secret(_ flag: String?, else name: String) throws(BootFailure) -> String? {
        if let flag { return flag }
        do throws(UnreadableVariable) {
            return try value(of: name)
        } catch {
            throw BootFailure("\(error)", status: ExitStatus.noInput)
        }
    }
}
