import Glibc
import System

/// A directory with certificates of an authority that nobody else trusts, made by the `openssl` command; removed when
/// it is no longer referenced.
package final class TestCertificates: Sendable {
    /// Whether there is an `openssl` command on this machine.
    package static var isPossible: Bool { access("/usr/bin/openssl", X_OK) == 0 }

    private let temporary: TemporaryDirectory
    /// The directory.
    package var directory: String { temporary.path }
    /// The authority's certificate.
    package var authority: String { directory + "/ca.pem" }
    /// Another authority's certificate.
    package var strangeAuthority: String { directory + "/strange.pem" }
    /// The server's certificate, for the name `server.test`, and its key.
    package var server: (certificate: String, key: String) { (directory + "/server.pem", directory + "/server.key") }
    /// The client's certificate and its key.
    package var client: (certificate: String, key: String) { (directory + "/client.pem", directory + "/client.key") }

    /// Makes the certificates, each with a key of its own.
    package init() throws {
        temporary = try TemporaryDirectory()
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        let script = """
            set -e; cd \(temporary.path)
            openssl req -x509 \(key) -keyout ca.key -out ca.pem -subj '/CN=test authority'
            openssl req -x509 \(key) -keyout strange.key -out strange.pem -subj '/CN=strange authority'
            for name in server client; do
              openssl req -x509 \(key) -keyout $name.key -out $name.pem -subj "/CN=$name.test" \
                -addext "subjectAltName=DNS:$name.test" -addext "basicConstraints=CA:FALSE" -CA ca.pem -CAkey ca.key
            done
            """
        try RunningProcess.run(["/bin/sh", "-c", script])
    }
}
