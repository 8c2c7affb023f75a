// SPDX-License-Identifier: Apache-2.0
// ram_1r1w: a memory with one write port and one read port on one clock.
//
// A read gives its word one clock later and holds it until the next. Reading
// the address that is being written gives the old word, as block RAMs do. A few
// words are one, too: as registers they would be many cells of an FPGA.

`default_nettype none

module ram_1r1w #(
    parameter W     = 32,           // bits in a word
    parameter DEPTH = 256,          // words, at least 1
    parameter W_ADDR = 24           // bits of an address as the callers carry it
) (
    input  wire              clk,

    input  wire              write,
    input  wire [W_ADDR-1:0] write_addr,
    input  wire [W-1:0]      write_data,

    input  wire              read,
    input  wire [W_ADDR-1:0] read_addr,
    output reg  [W-1:0]      read_data
);

localparam W_USED = DEPTH > 1 ? $clog2(DEPTH) : 1;

generate
    if (DEPTH < 1) begin : check_depth
        error_DEPTH_must_be_at_least_1 stop ();
    end
    if (W_USED >= W_ADDR) begin : check_w_addr
        error_W_ADDR_must_exceed_log2_of_DEPTH stop ();
    end
endgenerate

(* no_rw_check, ram_style = "block" *) reg [W-1:0] words [0:DEPTH-1];

wire unused = &{1'b0, write_addr[W_ADDR-1:W_USED], read_addr[W_ADDR-1:W_USED]};

always @(posedge clk) begin
    if (write)
        words[write_addr[W_USED-1:0]] <= write_data;
    if (read)
        read_data <= words[read_addr[W_USED-1:0]];
end

endmodule

`default_nettype wire
