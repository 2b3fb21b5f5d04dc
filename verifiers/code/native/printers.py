# ruff: noqa: E501 - code in other languages
"""Printers: code in each language that prints a value in the encoding of `box/values.py`, for `programs`."""

from r1.verifiers.code.native.javascript import ENCODE

CPP = r"""
#include <bits/stdc++.h>
static std::string r1_nonce; static FILE *r1_out;
static void r1_begin(const char *nonce) { r1_nonce = nonce; r1_out = stdout; }
static std::string r1_text(bool x) { return x ? "true" : "false"; }
static std::string r1_text(const std::string &x) {
    std::string s = "\""; char b[8];
    for (unsigned char c : x) { if (c < 32 || c > 126 || c == '"' || c == '\\') { snprintf(b, 8, "\\u%04x", c); s += b; } else s += (char)c; }
    return s + "\"";
}
static std::string r1_text(const char *x) { return r1_text(std::string(x)); }
static std::string r1_tagged(const char *tag, const std::string &x) { return "{\"t\": [\"r1:" + std::string(tag) + "\", " + x + "]}"; }
template <class T> std::enable_if_t<std::is_integral<T>::value, std::string> r1_text(T x) { return std::to_string(x); }
template <class T> std::enable_if_t<std::is_floating_point<T>::value, std::string> r1_text(T x) {
    if (std::isnan(x)) return "{\"n\": \"nan\"}";
    if (std::isinf(x)) return x > 0 ? "{\"n\": \"inf\"}" : "{\"n\": \"-inf\"}";
    char b[64]; snprintf(b, 64, "%.17g", (double)x); std::string s = b;
    return s.find_first_of(".en") == std::string::npos ? s + ".0" : s;
}
template <class A, class B> std::string r1_text(const std::pair<A, B> &x);
template <class... T> std::string r1_text(const std::tuple<T...> &x);
template <class T> std::string r1_text(const std::optional<T> &x);
template <class K, class V> std::string r1_text(const std::map<K, V> &x);
template <class T> std::string r1_text(const std::vector<T> &x) {
    std::string s; for (const T &y : x) s += (s.empty() ? "" : ", ") + r1_text(y); return r1_tagged(typeid(x).name(), "[" + s + "]");
}
template <class A, class B> std::string r1_text(const std::pair<A, B> &x) { return r1_tagged(typeid(x).name(), "[" + r1_text(x.first) + ", " + r1_text(x.second) + "]"); }
template <class... T> std::string r1_text(const std::tuple<T...> &x) {
    std::string s; std::apply([&](const auto &...y) { ((s += (s.empty() ? "" : ", ") + r1_text(y)), ...); }, x); return "{\"t\": [" + s + "]}";
}
template <class T> std::string r1_text(const std::optional<T> &x) { return x ? r1_text(*x) : "null"; }
static std::string r1_text(std::nullopt_t) { return "null"; }
template <class M> std::string r1_pairs(const M &x) {
    std::string s; for (const auto &p : x) s += (s.empty() ? "[" : ", [") + r1_text(p.first) + ", " + r1_text(p.second) + "]"; return r1_tagged(typeid(x).name(), "{\"d\": [" + s + "]}");
}
template <class T> std::string r1_members(const T &x) {
    std::string s; for (const auto &y : x) s += (s.empty() ? "" : ", ") + r1_text(y); return s;
}
template <class T> std::string r1_text(const std::set<T> &x) { return r1_tagged(typeid(x).name(), "[" + r1_members(x) + "]"); }
template <class T> std::string r1_text(const std::unordered_set<T> &x) { return r1_tagged(typeid(x).name(), "{\"s\": [" + r1_members(x) + "]}"); }
template <class K, class V> std::string r1_text(const std::map<K, V> &x) { return r1_pairs(x); }
template <class K, class V> std::string r1_text(const std::unordered_map<K, V> &x) { return r1_pairs(x); }
template <class T> void r1_put_value(int n, const T &x) {
    std::string s = r1_text(x); fprintf(r1_out, "\n%s %d %s\n", r1_nonce.c_str(), n, s.c_str()); fflush(r1_out);
}
template <class T> const T &r1_result(const T &x) { return x; }
static std::pair<int, const char *> r1_result(const char *) { return {0, "a pointer equals no text"}; }
"""
"""Containers are printed with their type because C++'s ``==`` does not compare different container types."""

RUST = r"""
trait R1Text { fn r1(&self) -> String; }
macro_rules! r1_plain { ($($t:ty)*) => { $(impl R1Text for $t { fn r1(&self) -> String { self.to_string() } })* } }
fn r1_tagged(tag: &str, x: String) -> String { format!("{{\"t\": [\"r1:{}\", {}]}}", tag, x) }
r1_plain!(bool i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
macro_rules! r1_float { ($($t:ty)*) => { $(impl R1Text for $t { fn r1(&self) -> String {
    if self.is_nan() { return "{\"n\": \"nan\"}".to_string(); }
    if self.is_infinite() { return if *self > 0.0 { "{\"n\": \"inf\"}".to_string() } else { "{\"n\": \"-inf\"}".to_string() }; }
    r1_tagged("float", format!("{:?}", *self as f64))
} })* } }
r1_float!(f32 f64);
fn r1_quote(x: &str) -> String {
    let mut s = String::from("\"");
    for unit in x.encode_utf16() {
        if unit < 32 || unit > 126 || unit == 34 || unit == 92 { s += &format!("\\u{:04x}", unit); } else { s.push(unit as u8 as char); }
    }
    s + "\""
}
impl R1Text for str { fn r1(&self) -> String { r1_quote(self) } }
impl R1Text for String { fn r1(&self) -> String { r1_quote(self) } }
impl R1Text for char { fn r1(&self) -> String { r1_tagged("char", r1_quote(&self.to_string())) } }
impl<T: R1Text + ?Sized> R1Text for &T { fn r1(&self) -> String { (**self).r1() } }
fn r1_list<'a, T: R1Text + 'a>(x: impl Iterator<Item = &'a T>) -> String { x.map(|y| y.r1()).collect::<Vec<_>>().join(", ") }
impl<T: R1Text> R1Text for Vec<T> { fn r1(&self) -> String { format!("[{}]", r1_list(self.iter())) } }
impl<T: R1Text> R1Text for [T] { fn r1(&self) -> String { format!("[{}]", r1_list(self.iter())) } }
impl<T: R1Text, const N: usize> R1Text for [T; N] { fn r1(&self) -> String { format!("[{}]", r1_list(self.iter())) } }
impl<T: R1Text> R1Text for Option<T> { fn r1(&self) -> String { match self { Some(x) => r1_tagged("Some", x.r1()), None => r1_tagged("None", "null".to_string()) } } }
impl<T: R1Text, E: R1Text> R1Text for Result<T, E> { fn r1(&self) -> String { match self { Ok(x) => r1_tagged("Ok", x.r1()), Err(x) => r1_tagged("Err", x.r1()) } } }
impl<T: R1Text + ?Sized> R1Text for Box<T> { fn r1(&self) -> String { r1_tagged("Box", (**self).r1()) } }
impl<T: R1Text> R1Text for std::collections::VecDeque<T> { fn r1(&self) -> String { format!("[{}]", r1_list(self.iter())) } }
impl<T: R1Text> R1Text for std::collections::BTreeSet<T> { fn r1(&self) -> String { r1_tagged("BTreeSet", format!("[{}]", r1_list(self.iter()))) } }
impl<K: R1Text, V: R1Text> R1Text for std::collections::BTreeMap<K, V> { fn r1(&self) -> String {
    r1_tagged("BTreeMap", format!("{{\"d\": [{}]}}", self.iter().map(|(k, v)| format!("[{}, {}]", k.r1(), v.r1())).collect::<Vec<_>>().join(", ")))
} }
impl<T: R1Text> R1Text for std::collections::HashSet<T> { fn r1(&self) -> String { format!("{{\"s\": [{}]}}", r1_list(self.iter())) } }
impl<K: R1Text, V: R1Text> R1Text for std::collections::HashMap<K, V> { fn r1(&self) -> String {
    format!("{{\"d\": [{}]}}", self.iter().map(|(k, v)| format!("[{}, {}]", k.r1(), v.r1())).collect::<Vec<_>>().join(", "))
} }
impl R1Text for () { fn r1(&self) -> String { "null".to_string() } }
macro_rules! r1_tuple { ($($n:ident $i:tt),*) => { impl<$($n: R1Text),*> R1Text for ($($n,)*) { fn r1(&self) -> String {
    let v: Vec<String> = vec![$(self.$i.r1()),*]; format!("{{\"t\": [{}]}}", v.join(", "))
} } } }
r1_tuple!(A 0); r1_tuple!(A 0, B 1); r1_tuple!(A 0, B 1, C 2); r1_tuple!(A 0, B 1, C 2, D 3); r1_tuple!(A 0, B 1, C 2, D 3, E 4); r1_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
fn r1_put_value<T: R1Text>(n: usize, x: T) { println!("\n{} {} {}", std::env::args().nth(1).unwrap(), n, x.r1()); }
"""

JAVA = r"""
public class R1Main {
    interface Tuple { java.util.List<Object> r1Values(); }
    static String nonce;
    static java.io.PrintStream out = System.out;
    public static void main(String[] args) throws Throwable { nonce = args[0]; R1Calls.run(); out.flush(); }
    static void put(int n, Object x) { out.print("\n" + nonce + " " + n + " " + (x instanceof Number ? number((Number) x) : text(x)) + "\n"); out.flush(); }
    static String tagged(String tag, String x) { return "{\"t\": [\"r1:" + tag + "\", " + x + "]}"; }
    static String number(Number x) {
        if (x instanceof java.math.BigInteger || x instanceof java.math.BigDecimal) return tagged(x.getClass().getSimpleName(), quote(x.toString()));
        if (!(x instanceof Double || x instanceof Float)) return x.toString();
        double d = x.doubleValue();
        return Double.isNaN(d) ? "{\"n\": \"nan\"}" : Double.isInfinite(d) ? "{\"n\": \"" + (d > 0 ? "inf" : "-inf") + "\"}" : Double.toString(d);
    }
    static String quote(String x) {
        StringBuilder s = new StringBuilder("\"");
        for (char c : x.toCharArray())
            if (c < 32 || c > 126 || c == 34 || c == 92) s.append(String.format("\\u%04x", (int) c)); else s.append(c);
        return s.append('"').toString();
    }
    static String text(Object x) {
        if (x == null) return "null";
        if (x instanceof Boolean) return x.toString();
        if (x instanceof java.util.Optional) return tagged("Optional", text(((java.util.Optional<?>) x).orElse(null)));
        if (x instanceof Number) return tagged(x.getClass().getSimpleName(), number((Number) x));  // no Integer in a list equals a Long
        if (x instanceof Character) return tagged("Character", quote(x.toString()));
        if (x instanceof Tuple) return tagged(x.getClass().getSimpleName(), text(((Tuple) x).r1Values()));
        if (x instanceof String) return quote(x.toString());
        StringBuilder s = new StringBuilder();
        if (x instanceof java.util.Map) {
            for (java.util.Map.Entry<?, ?> e : ((java.util.Map<?, ?>) x).entrySet())
                s.append(s.length() == 0 ? "[" : ", [").append(text(e.getKey())).append(", ").append(text(e.getValue())).append("]");
            return "{\"d\": [" + s + "]}";
        }
        if (x instanceof java.util.Collection) {
            for (Object y : (java.util.Collection<?>) x) s.append(s.length() == 0 ? "" : ", ").append(text(y));
            return x instanceof java.util.Set ? "{\"s\": [" + s + "]}" : "[" + s + "]";
        }
        if (x.getClass().isArray()) {
            for (int i = 0; i < java.lang.reflect.Array.getLength(x); i++)
                s.append(i == 0 ? "" : ", ").append(text(java.lang.reflect.Array.get(x, i)));
            return tagged("array", "[" + s + "]");
        }
        return "{\"o\": 1}";
    }
}
"""


def _tuple_class(name: str, size: int) -> str:
    letters, numbers = "ABCDEFGHIJ"[:size], range(size)
    types, fields = ", ".join(letters), ", ".join(f"{letters[i]} v{i}" for i in numbers)
    values = ", ".join(f"v{i}" for i in numbers)
    getters = " ".join(f"public {letters[i]} getValue{i}() {{ return v{i}; }}" for i in numbers)
    return (
        f"record {name}<{types}>({fields}) implements R1Main.Tuple {{\n"
        f"public static <{types}> {name}<{types}> with({fields}) {{ return new {name}<>({values}); }}\n{getters}\n"
        f"public java.util.List<Object> r1Values() {{ return java.util.Arrays.asList({values}); }} }}\n"
    )


JAVATUPLES = {
    name: _tuple_class(name, size)
    for size, name in enumerate(("Unit", "Pair", "Triplet", "Quartet", "Quintet", "Sextet", "Septet", "Octet"), 1)
}
"""Classes that stand in for org.javatuples, which MultiPL-E's Java tasks use: name and source."""

GO = r"""
package main

import ("encoding/json"; "fmt"; "math"; "os"; "reflect"; "strings")

func r1List(n int, at func(int) string) string {
    parts := make([]string, n)
    for i := range parts { parts[i] = at(i) }
    return strings.Join(parts, ", ")
}

func r1Text(v reflect.Value) string {
    switch v.Kind() {
    case reflect.Invalid:
        return "null"
    case reflect.Interface, reflect.Ptr:
        if v.IsNil() { return "null" }
        return r1Text(v.Elem())
    case reflect.Float32, reflect.Float64:
        x := v.Float()
        if math.IsNaN(x) { return `{"n": "nan"}` }
        if math.IsInf(x, 0) { return map[bool]string{true: `{"n": "inf"}`, false: `{"n": "-inf"}`}[x > 0] }
        text := fmt.Sprintf("%.17g", x)
        if !strings.ContainsAny(text, ".e") { text += ".0" }
        return text
    case reflect.String:
        text, _ := json.Marshal(v.String())
        return string(text)
    case reflect.Slice, reflect.Array:
        return "[" + r1List(v.Len(), func(i int) string { return r1Text(v.Index(i)) }) + "]"
    case reflect.Map:
        keys := v.MapKeys()
        pair := func(i int) string { return "[" + r1Text(keys[i]) + ", " + r1Text(v.MapIndex(keys[i])) + "]" }
        return `{"d": [` + r1List(len(keys), pair) + "]}"
    case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
        reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
        return fmt.Sprint(v.Interface())
    }
    return `{"o": 1}`
}

func r1Put(n int, x interface{}) { fmt.Fprintf(os.Stdout, "\n%s %d %s\n", os.Args[1], n, r1Text(reflect.ValueOf(x))) }
"""

BASH = r"""
r1_put() { printf '\n%s %d "' "$r1_nonce" "$1"; printf %s "$2" | od -An -v -tx1 | sed 's/ /\\u00/g' | tr -d '\n'; printf '"\n'; }
"""
"""Prints the output of a command as a JSON string, every byte escaped."""

TYPESCRIPT = (
    "const r1_put_value = (() => {\nconst write = require('fs').writeSync, json = JSON.stringify, nonce = process.argv[2];\n"
    + ENCODE
    + r"""return (n: number, x: any) => { write(1, '\n' + nonce + ' ' + n + ' ' + json(encode(x)) + '\n'); };
})();
"""
)
