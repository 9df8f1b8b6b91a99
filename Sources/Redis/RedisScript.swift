import Cryptography
import Encodings

/// A Lua script that Redis runs as one atomic step.
package struct RedisScript: Sendable, Hashable {
    package let source: String
    /// The name under which Redis keeps a script that it has seen: SHA-1 of the source in hexadecimal.
    package let digest: String

    package init(_ source: String) {
        self.source = source
        digest = Hexadecimal.text(Digest.sha1.of(Array(source.utf8)))
    }

    /// The command that runs the script by its digest, or by its source where Redis does not know it.
    func command(
        bySource: Bool, keys: [RedisArgument], arguments: [RedisArgument]
    ) -> [RedisArgument] {
        var command: [RedisArgument] = []
        command.reserveCapacity(3 + keys.count + arguments.count)
        command.append(bySource ? "EVAL" : "EVALSHA")
        command.append(.text(bySource ? source : digest))
        command.append(.integer(keys.count))
        command += keys
        command += arguments
        return command
    }
}
