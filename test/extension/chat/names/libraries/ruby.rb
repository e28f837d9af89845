# Names of Ruby's core and standard library: constants, methods, and the keywords. `libraries.ts` keeps them.
libraries = %w[
  abbrev base64 benchmark bigdecimal bigdecimal/util cgi coverage csv date delegate digest English erb etc fcntl fileutils find forwardable
  getoptlong io/console io/wait ipaddr json logger matrix monitor mutex_m net/http net/protocol objspace observer open-uri open3 openssl
  optparse optparse/time ostruct pathname pp prettyprint prime pstore psych pty racc rbconfig readline resolv ripper securerandom set shellwords
  singleton socket stringio strscan syslog tempfile time timeout tmpdir tsort uri weakref yaml zlib rexml/document minitest test/unit rake
]
libraries.each do |library|
  begin
    require library
  rescue LoadError
    warn "#{library} is not here"
  end
end
names = %w[__ENCODING__ __LINE__ __FILE__ __dir__ BEGIN END alias and begin break case class def defined do else elsif end ensure false for if in
           module next nil not or redo rescue retry return self super then true undef unless until when while yield]
called = Module.instance_method(:name)
ObjectSpace.each_object(Module) do |type|
  name = called.bind_call(type)
  names << name.split("::") if name
  names << type.constants(false)
  [type, type.singleton_class].each do |of|
    names << of.instance_methods(false) << of.private_instance_methods(false) << of.protected_instance_methods(false)
  end
end
names << global_variables.map { |name| name.to_s.delete("$") }
puts names.flatten.map { |name| name.to_s.sub(/[?!=]\z/, "") }
