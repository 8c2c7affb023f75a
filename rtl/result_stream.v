// SPDX-License-Identifier: Apache-2.0
// result_stream: sends the results of each batch as a packet on M_AXIS.
//
// A packet is the words that the batch wrote, by ascending address, and then a
// beat for each image with its class, TLAST with the last. The two result banks
// take turns, beginning with bank 0.
//
// `cut` forgets all batches. A beat that is being offered stays until it is
// taken; where it has not ended its packet, one more beat with TLAST and TUSER
// does, so that the receiver finds the next packet's beginning.

`default_nettype none

module result_stream #(
    parameter ROWS     = 16,
    parameter W_WORD   = 128,   // bits of a word: codes of ROWS images
    parameter W_RESULT = 128,   // bits of a beat, at least W_WORD and 16
    parameter W_COUNT  = 24     // bits of a number of words
) (
    input  wire                clk,
    input  wire                rst,
    input  wire                cut,

    input  wire                done,            // a batch's bank is full; not while both are
    input  wire [$clog2(ROWS+1)-1:0] done_images,     // 1 to ROWS
    output wire [1:0]          banks,           // banks whose results have not left

    output wire                result_read,
    output reg                 result_bank,
    output reg  [W_COUNT-1:0]  result_addr,
    input  wire [W_COUNT-1:0]  result_count,    // words of result_bank
    input  wire [W_WORD-1:0]   result_word,     // a clock after result_read, until the next one
    input  wire [ROWS*16-1:0]  classes,         // of result_bank

    output reg  [W_RESULT-1:0] m_axis_tdata,
    output reg                 m_axis_tvalid,
    input  wire                m_axis_tready,
    output reg                 m_axis_tlast,
    output reg                 m_axis_tuser     // with the last beat: the packet was cut short
);

localparam W_IMAGES = $clog2(ROWS + 1);

wire [W_IMAGES-1:0] images;
wire       packet_end;

pair_queue #(.W(W_IMAGES)) banks_u (
    .clk   (clk),
    .rst   (rst | cut),
    .push  (done),
    .in    (done_images),
    .pop   (packet_end),
    .count (banks),
    .out   (images)
);

// A word is read when the one before leaves result_word for the stream.
reg       word_there;   // result_word is a word to send
reg [W_IMAGES-1:0] image;   // classes sent
reg       open;         // a packet has begun and its last beat was not offered
reg       closing;      // its end is still to be offered

wire advance    = ~m_axis_tvalid | m_axis_tready;
wire move       = advance & ~closing;
wire any        = banks != 2'd0;
wire more       = result_addr != result_count;
wire send_word  = move & word_there;
wire send_class = move & any & ~more & ~word_there;
wire last       = image + 1'b1 == images;

assign result_read = any & more & (~word_there | move);
assign packet_end  = send_class & last;

// ---------------------------------------------------------------------------
// Beats

localparam W_ROW = ROWS > 1 ? $clog2(ROWS) : 1;

wire [15:0] class_of [0:ROWS-1];

genvar i;
generate for (i = 0; i < ROWS; i = i + 1) begin : gen_class
    assign class_of[i] = classes[i*16 +: 16];
end endgenerate

// One bit more than a beat, as the words may need no zeros above them.
wire [W_RESULT:0] word_beat  = {{W_RESULT-W_WORD+1{1'b0}}, result_word};
wire [W_RESULT:0] class_beat = {{W_RESULT-15{1'b0}}, class_of[image[W_ROW-1:0]]};

wire unused = &{1'b0, word_beat[W_RESULT], class_beat[W_RESULT]};

always @(posedge clk) begin
    if (advance) begin
        m_axis_tdata  <= word_there ? word_beat[W_RESULT-1:0] : class_beat[W_RESULT-1:0];
        m_axis_tvalid <= ~cut & (closing | send_word | send_class);
        m_axis_tlast  <= ~cut & (closing | packet_end);
        m_axis_tuser  <= ~cut & closing;
    end

    if (advance & closing)
        open <= 1'b0;
    else if (send_word | send_class)
        open <= ~packet_end;
    closing <= closing & ~advance;

    word_there <= result_read | (word_there & ~move);
    if (result_read)
        result_addr <= result_addr + 1'b1;
    if (send_class)
        image <= image + 1'b1;

    if (packet_end | cut | rst) begin
        result_addr <= {W_COUNT{1'b0}};
        image       <= {W_IMAGES{1'b0}};
        result_bank <= ~result_bank;
    end
    if (cut) begin
        closing    <= open;
        open       <= open;
    end
    if (cut | rst) begin
        word_there  <= 1'b0;
        result_bank <= 1'b0;
    end
    if (rst) begin
        m_axis_tvalid <= 1'b0;
        m_axis_tlast  <= 1'b0;
        open          <= 1'b0;
        closing       <= 1'b0;
    end
end

endmodule

`default_nettype wire
