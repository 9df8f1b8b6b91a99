import ExactText
import Glibc

/// Takes secrets out of the command line that other users of the machine see (`ps`, `/proc`).
package enum CommandLineSecrets {
    /// Overwrites every argument that is one of the values, or ends with it after `=` or `-t`. Forked processes inherit
    /// that.
    package static func hide(_ values: [String?]) {
        let secrets = values.compactMap { $0 }.filter { !$0.isEmpty }
        for argument in OwnArguments.places {
            let text = String(cString: argument)
            for secret in secrets
            where text.exact == secret.exact || text.exact == "-t\(secret)"
                || (text.exact.hasPrefix("-") && text.exact.hasSuffix("=\(secret)"))
            {
                let length = secret.utf8.count
                memset(argument + (strlen(argument) - length), Int32(UInt8(ascii: "*")), length)
            }
        }
    }
}
